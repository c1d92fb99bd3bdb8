/**
 * Cockatiel's circuit breaker, told of outcomes that others have met, instead of calls that it makes
 * itself: what is to be executed is an outcome that is known already.
 *
 * U4. While it is open, outcomes change nothing: they are of commands that were sent before. Once it
 *     is half-open, the first one closes it or opens it again.
 * U18. A clock that is set back costs one more stay at most: whoever finds that it was opened later
 *      than now has it opened now.
 */
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  CircuitState,
  DelegateBackoff,
  type IBreaker,
  circuitBreaker,
  handleType,
} from 'cockatiel'
import * as z from 'zod'
import {
  type BreakerAnswer,
  type BreakerSettings,
  NOTHING_RECENT,
  type Outcomes,
  type Recent,
  isTooMuch,
  recentSchema,
  stayOpenMs,
  withFailure,
  withRequests,
  withSuccess,
} from './core/breaker.ts'

/** An outcome that was a failure. */
class Failed extends Error {}

/** As cockatiel writes it: half-open is saved as open since the beginning of time. */
export const savedCircuitSchema = z.object({
  ownState: z.union([
    z.object({ value: z.literal(CircuitState.Closed) }),
    z.object({
      value: z.literal(CircuitState.Open),
      openedAt: z.number(),
      attemptNo: z.int().min(1),
    }),
  ]),
  breakerState: recentSchema,
})
export type SavedCircuit = z.infer<typeof savedCircuitSchema>

export const NEW_CIRCUIT: SavedCircuit = {
  ownState: { value: CircuitState.Closed },
  breakerState: NOTHING_RECENT,
}

export class BreakerPolicy {
  readonly #settings: BreakerSettings
  readonly #counter: Counter
  #policy: CircuitBreakerPolicy
  /** What `saved` gives until the next outcome. */
  #saved: SavedCircuit | null = null

  constructor(settings: BreakerSettings, saved: SavedCircuit) {
    this.#settings = settings
    this.#counter = new Counter(settings)
    this.#policy = this.#policyFrom(saved)
  }

  async record({ requests, hasSucceeded, failedInARow }: Outcomes): Promise<void> {
    this.#notOpenedLater()
    this.#saved = null
    this.#counter.saw(requests)
    if (hasSucceeded) await this.#tell(true)
    for (let told = 0; told < failedInARow; told += 1) await this.#tell(false)
  }

  get saved(): SavedCircuit {
    this.#saved ??= savedCircuitSchema.parse(this.#policy.toJSON())
    return this.#saved
  }

  get answer(): BreakerAnswer {
    this.#notOpenedLater()
    const { ownState } = this.saved
    if (ownState.value === CircuitState.Closed) return { state: 'closed', openForMs: 0 }
    const stayMs = stayOpenMs(this.#settings, ownState.attemptNo)
    const openForMs = ownState.openedAt + stayMs - Date.now()
    if (openForMs > 0) return { state: 'open', openForMs }
    return { state: 'half-open', openForMs: 0 }
  }

  #policyFrom(saved: SavedCircuit): CircuitBreakerPolicy {
    return circuitBreaker(handleType(Failed), {
      breaker: this.#counter,
      halfOpenAfter: new DelegateBackoff(({ attempt }) => stayOpenMs(this.#settings, attempt)),
      // It writes into the one half, and the counter reads its own of the other.
      initialState: { ...saved, ownState: { ...saved.ownState } },
    })
  }

  /** U18. Cockatiel looks at the clock itself, so it is made anew. */
  #notOpenedLater(): void {
    const { ownState, breakerState } = this.saved
    const nowMs = Date.now()
    if (ownState.value === CircuitState.Closed || ownState.openedAt <= nowMs) return
    this.#saved = { ownState: { ...ownState, openedAt: nowMs }, breakerState }
    this.#policy = this.#policyFrom(this.#saved)
  }

  async #tell(isWell: boolean): Promise<void> {
    try {
      await this.#policy.execute(() => {
        if (!isWell) throw new Failed()
      })
    } catch (error) {
      // U4, and what was told a moment ago.
      if (!(error instanceof BrokenCircuitError || error instanceof Failed)) throw error
    } finally {
      this.#saved = null
    }
  }
}

/** U1 of core/breaker.ts, as a part of cockatiel's policy. */
class Counter implements IBreaker {
  readonly #settings: BreakerSettings
  #recent: Recent = NOTHING_RECENT

  constructor(settings: BreakerSettings) {
    this.#settings = settings
  }

  get state(): Recent {
    return this.#recent
  }

  set state(saved: unknown) {
    this.#recent = recentSchema.parse(saved)
  }

  saw(requests: number): void {
    const { windowMs } = this.#settings
    if (requests > 0) this.#recent = withRequests(this.#recent, requests, Date.now(), windowMs)
  }

  success(): void {
    this.#recent = withSuccess(this.#recent)
  }

  failure(): boolean {
    this.#recent = withFailure(this.#recent, Date.now(), this.#settings.windowMs)
    return isTooMuch(this.#recent, this.#settings)
  }
}
