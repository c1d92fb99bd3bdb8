/**
 * The Durable Object of one domain's breaker: its name is the domain's.
 *
 * U15. What it is told is kept before it waits for anything: who told it has forgotten it. It waits
 *      for the queue's length less long than an order waits for its answer.
 */
import { DurableObject } from 'cloudflare:workers'
import {
  type BreakerChange,
  type BreakerInspection,
  type BreakerRpc,
  type ExchangeAnswer,
  STATUS_BOARD,
  type StatusBoardRpc,
  breakerChangeSchema,
} from './breaker-rpc.ts'
import { DomainBreakerState } from './breaker-state.ts'
import {
  BREAKER_SETTINGS,
  type Outcomes,
  outcomesSchema,
  someSettingsSchema,
} from './core/breaker.ts'
import { type Traffic, trafficSchema } from './core/load.ts'
import { answerWithin } from './clock.ts'
import type { CommandQueues } from './bindings.ts'
import { commandQueueOf } from './command-queues.ts'
import { logInfo, logWarning } from './log.ts'

export type DomainBreakerBindings = CommandQueues & {
  /** Settings that differ from the defaults. */
  BREAKER?: unknown
  STATUS: { getByName(name: string): StatusBoardRpc }
}

const KEY = 'breaker'
const BACKLOG_FRESH_MS = 1_000
const BACKLOG_WAIT_MS = 250

export class DomainBreaker extends DurableObject<DomainBreakerBindings> implements BreakerRpc {
  readonly #breaker: DomainBreakerState
  #backlog = 0
  #backlogAtMs = -Infinity

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

  async exchange(outcomes: Outcomes, traffic: Traffic): Promise<ExchangeAnswer> {
    const before = this.#breaker.inspect()
    await this.#breaker.record(outcomesSchema.parse(outcomes), trafficSchema.parse(traffic))
    this.#tell(before)
    return this.#breaker.answerWith(await this.#backlogNow())
  }

  /** Asked for once a second at most, however many isolates there are. An order is not refused for want of it. */
  async #backlogNow(): Promise<number> {
    const nowMs = Date.now()
    if (Math.abs(nowMs - this.#backlogAtMs) < BACKLOG_FRESH_MS) return this.#backlog
    this.#backlogAtMs = nowMs
    try {
      const queue = commandQueueOf(this.env, this.ctx.id.name ?? '')
      const metrics = queue && (await answerWithin(BACKLOG_WAIT_MS, () => queue.metrics()))
      this.#backlog = metrics?.backlogCount ?? 0
    } catch (error) {
      logWarning('backlog-unknown', { domain: this.ctx.id.name }, error)
      this.#backlog = 0
    }
    return this.#backlog
  }

  /** Its queue may have become shorter since anybody had something to tell. */
  async inspect(): Promise<BreakerInspection> {
    this.#breaker.answerWith(await this.#backlogNow())
    return this.#breaker.inspect()
  }

  async change(change: BreakerChange): Promise<BreakerInspection | null> {
    const before = this.#breaker.inspect()
    const wanted = breakerChangeSchema.parse(change)
    if (!this.#breaker.change(wanted)) return null
    const { ifMatch: _seen, ...said } = wanted
    logInfo('breaker-set', { domain: this.ctx.id.name, ...said })
    this.#tell(before)
    return this.#breaker.inspect()
  }

  /** Once for each change; who misses it asks. */
  #tell(before: BreakerInspection): void {
    const { domain, state, openForMs, failedInARow, force } = this.#breaker.inspect()
    if (state === before.state && force === before.force) return
    if (state !== before.state) {
      const change = { from: before.state, to: state }
      logWarning('breaker-changed', { domain, ...change, openForMs, failedInARow })
    }
    const isHeld = force === 'open'
    const board = this.env.STATUS.getByName(STATUS_BOARD)
    this.ctx.waitUntil(
      board.tell({ domain, state, openForMs, isHeld }).catch((error: unknown) => {
        logWarning('status-not-told', { domain }, error)
      }),
    )
  }
}
