/**
 * One domain's breaker, behind its storage: what it was told, what operators want of it, and what it
 * answers.
 *
 * U5. It writes when an outcome changed something: healthy traffic costs no row.
 * U6. An operator's word goes before what was counted, and counting goes on under it.
 * U11. What the domain can take (L2, L3 of core/load.ts) is kept in memory only: lost, it is learnt again in
 *      seconds.
 * U19. Who decided on what another operator has changed since changes nothing.
 */
import * as z from 'zod'
import { BreakerPolicy, NEW_CIRCUIT, savedCircuitSchema } from './breaker-policy.ts'
import type { BreakerChange, BreakerInspection, ExchangeAnswer } from './breaker-rpc.ts'
import {
  type BreakerAnswer,
  type BreakerSettings,
  type Outcomes,
  forceSchema,
  requestsOf,
  someSettingsSchema,
  withinWindow,
} from './core/breaker.ts'
import {
  NO_TRAFFIC,
  type Load,
  type Traffic,
  type TrafficPart,
  loadOf,
  withTraffic,
} from './core/load.ts'
import { isAsSeen } from './core/if-match.ts'
import { unreachable } from './core/unreachable.ts'

/** How long those who ask are to wait while an operator holds it open: until they ask again. */
const FORCED_OPEN_MS = 5_000

const savedSchema = z.object({
  circuit: savedCircuitSchema,
  // One that this version does not know must not cost what an operator said beside it.
  settings: someSettingsSchema.strip(),
  force: forceSchema,
  changed: z.object({ by: z.string(), reason: z.string(), atMs: z.int() }).nullable(),
})
type Saved = z.infer<typeof savedSchema>

const NEW: Saved = { circuit: NEW_CIRCUIT, settings: {}, force: 'auto', changed: null }

/** `read` gives what `write` was given last; undefined before the first. */
export type BreakerStorage = { read(): unknown; write(saved: unknown): void }

export class DomainBreakerState {
  readonly #domain: string
  readonly #storage: BreakerStorage
  readonly #configured: BreakerSettings
  #saved: Saved
  /** U11. */
  #traffic: TrafficPart[] = []
  #backlog = 0
  #policy: BreakerPolicy

  /** `configured`: unless operators have changed it. */
  constructor(domain: string, storage: BreakerStorage, configured: BreakerSettings) {
    this.#domain = domain
    this.#storage = storage
    this.#configured = configured
    this.#saved = savedSchema.safeParse(storage.read()).data ?? NEW
    this.#policy = new BreakerPolicy(this.#settings, this.#saved.circuit)
  }

  /** `record`, and what it answers. */
  async exchange(
    outcomes: Outcomes,
    traffic: Traffic = NO_TRAFFIC,
    backlog = 0,
  ): Promise<ExchangeAnswer> {
    await this.record(outcomes, traffic)
    return this.answerWith(backlog)
  }

  async record(outcomes: Outcomes, traffic: Traffic): Promise<void> {
    this.#traffic = withTraffic(this.#traffic, traffic, Date.now())
    await this.#policy.record(outcomes)
    this.#keepCircuit()
  }

  /** `backlog`: of the domain's queue. */
  answerWith(backlog: number): ExchangeAnswer {
    this.#backlog = backlog
    return { ...this.answer, load: this.#load }
  }

  get #load(): Load {
    return loadOf(this.#traffic, this.#backlog, this.#settings, Date.now())
  }

  /** U6. */
  get answer(): BreakerAnswer {
    const { force } = this.#saved
    switch (force) {
      case 'open':
        return { state: 'open', openForMs: FORCED_OPEN_MS }
      case 'closed':
        return { state: 'closed', openForMs: 0 }
      case 'auto':
        return this.#policy.answer
      default:
        return unreachable(force)
    }
  }

  /** U19. False: it stays as it is. */
  change(change: BreakerChange): boolean {
    if (!isAsSeen(change.ifMatch, this.#etag)) return false
    const { settings = {}, force = this.#saved.force, by, reason } = change
    const circuit = this.#policy.saved
    const changed = { by, reason, atMs: Date.now() }
    this.#save({ circuit, settings: { ...this.#saved.settings, ...settings }, force, changed })
    this.#policy = new BreakerPolicy(this.#settings, circuit)
    return true
  }

  get #etag(): string {
    return `"${this.#saved.changed?.atMs ?? 0}"`
  }

  inspect(): BreakerInspection {
    const settings = this.#settings
    const recent = withinWindow(this.#policy.saved.breakerState, Date.now(), settings.windowMs)
    return {
      domain: this.#domain,
      ...this.answer,
      force: this.#saved.force,
      settings,
      failedInARow: recent.failedInARow,
      requests: requestsOf(recent),
      load: this.#load,
      changed: this.#saved.changed,
      etag: this.#etag,
    }
  }

  get #settings(): BreakerSettings {
    return { ...this.#configured, ...this.#saved.settings }
  }

  /** U5. */
  #keepCircuit(): void {
    const circuit = this.#policy.saved
    if (essenceOf(circuit) === essenceOf(this.#saved.circuit)) return
    this.#save({ ...this.#saved, circuit })
  }

  #save(saved: Saved): void {
    this.#saved = saved
    this.#storage.write(saved)
  }
}

/** What must not be lost: of requests that went well, only that the breaker is closed. */
const essenceOf = ({ ownState, breakerState }: Saved['circuit']): string =>
  JSON.stringify([ownState, breakerState.failedInARow, breakerState.lastFailedAtMs])
