/** The Durable Object of one domain's breaker: its name is the domain's. */
import { DurableObject } from 'cloudflare:workers'
import {
  type BreakerChange,
  type BreakerInspection,
  type BreakerRpc,
  STATUS_BOARD,
  type StatusBoardRpc,
  breakerChangeSchema,
} from './breaker-rpc.ts'
import { DomainBreakerState } from './breaker-state.ts'
import {
  BREAKER_SETTINGS,
  type BreakerAnswer,
  type BreakerState,
  type Outcomes,
  outcomesSchema,
  someSettingsSchema,
} from './core/breaker.ts'
import { logWarning } from './log.ts'

export interface DomainBreakerBindings {
  /** Settings that differ from the defaults. */
  BREAKER?: unknown
  STATUS: { getByName(name: string): StatusBoardRpc }
}

const KEY = 'breaker'

export class DomainBreaker extends DurableObject<DomainBreakerBindings> implements BreakerRpc {
  readonly #breaker: DomainBreakerState

  constructor(ctx: DurableObjectState, env: DomainBreakerBindings) {
    super(ctx, env)
    const storage = {
      read: () => ctx.storage.kv.get(KEY),
      write: (saved: unknown) => ctx.storage.kv.put(KEY, saved),
    }
    const configured = {
      ...BREAKER_SETTINGS,
      ...someSettingsSchema.parse(env.BREAKER ?? {}),
    }
    this.#breaker = new DomainBreakerState(ctx.id.name ?? '', storage, configured)
  }

  async exchange(outcomes: Outcomes): Promise<BreakerAnswer> {
    const before = this.#breaker.answer.state
    const answer = await this.#breaker.exchange(outcomesSchema.parse(outcomes))
    this.#tell(before)
    return answer
  }

  async inspect(): Promise<BreakerInspection> {
    return this.#breaker.inspect()
  }

  async change(change: BreakerChange): Promise<BreakerInspection> {
    const before = this.#breaker.answer.state
    this.#breaker.change(breakerChangeSchema.parse(change))
    this.#tell(before)
    return this.#breaker.inspect()
  }

  /** Once for each change; who misses it asks. */
  #tell(before: BreakerState): void {
    const { domain, state, openForMs, failedInARow } = this.#breaker.inspect()
    if (state === before) return
    logWarning('breaker-changed', { domain, from: before, to: state, openForMs, failedInARow })
    const board = this.env.STATUS.getByName(STATUS_BOARD)
    this.ctx.waitUntil(
      board.tell({ domain, state, openForMs }).catch((error: unknown) => {
        logWarning('status-not-told', { domain }, error)
      }),
    )
  }
}
