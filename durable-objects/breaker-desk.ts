/**
 * Where an isolate keeps what it knows of the domains' breakers, and what they are to be told.
 *
 * U7. At most one request per second, isolate and domain: it brings what was met since the last one,
 *     and takes the state back, which is good for a second. Only a success while a breaker is not
 *     closed goes at once: it is what closes it.
 * U8. A breaker that does not answer, or was never asked, counts as closed: it must not stop a shop
 *     that is well.
 * U9. Once its time is over, or it is half-open, one command in a second is let through, and one order.
 * U12. Where repeats are too many (L3 of core/load.ts) they wait, until they are not.
 * U14. What is no news (U13) is told to a breaker that is not closed: it waits for any outcome.
 * U16. A clock that is set back makes nobody wait for longer than the breaker has said, or than a
 *      second for what is let through.
 *
 * What outlives a request is data only: promises and timers belong to the request that made them, so
 * none is shared, and nobody waits for what another has begun.
 */
import { type Breakers, type ExchangeAnswer, exchangeAnswerSchema } from './breaker-rpc.ts'
import { within } from './clock.ts'
import { type BreakerAnswer, NO_OUTCOMES, type Outcomes, withOutcome } from './core/breaker.ts'
import {
  type Load,
  NO_LOAD,
  NO_TRAFFIC,
  type Traffic,
  replyWaitMs,
  withAnswer,
  withCommand,
  withTime,
} from './core/load.ts'
import type { Outcome } from './core/outcomes.ts'
import { logWarning } from './log.ts'

const FRESH_MS = 1_000
const PASS_EVERY_MS = 1_000
/** So long after its start an exchange is taken for lost. */
const EXCHANGE_MS_MAX = 5_000
/** An order is placed without what a breaker would say, if it takes longer. */
const PATIENCE_MS = 500

/** Who is let through: each kind on its own. */
type Gate = 'command' | 'order' | 'quote'

type Entry = {
  isClosed: boolean
  /** As it has said, and when that ends. */
  openForMs: number
  openUntilMs: number
  /** When the last exchange began, and whether its answer is still to come. */
  askedAtMs: number
  isAsking: boolean
  pending: Outcomes
  traffic: Traffic
  load: Load
  /** When something was let through last. */
  passedAtMs: Record<Gate, number>
}

export type Board = Map<string, Entry>

const boards = new WeakMap<object, Board>()

/** The isolate's board for these breakers. */
export function boardOf(breakers: object): Board {
  const board = boards.get(breakers) ?? new Map<string, Entry>()
  boards.set(breakers, board)
  return board
}

/** `waitMs`: how long at least; `isFull`: the domain works, but has too much to do. */
export type Obstacle = { domain: string; waitMs: number; isFull: boolean }

export type Standing = BreakerAnswer & { domain: string }

export type DeskPorts = {
  breakers: Breakers
  inBackground(work: Promise<unknown>): void
  nowMs(): number
}

export class BreakerDesk {
  readonly #board: Board
  readonly #ports: DeskPorts

  constructor(board: Board, ports: DeskPorts) {
    this.#board = board
    this.#ports = ports
  }

  /** For how long no command should be sent to `domain`; 0: it may go. Ask once for each. */
  openForMs(domain: string, attempt = 1): number {
    this.#refresh(domain)
    const entry = this.#entry(domain)
    // U12.
    if (attempt > 1 && entry.load.isOverBudget) return FRESH_MS
    const waitMs = this.#waitMs(domain, 'command')
    if (waitMs === 0) entry.traffic = withCommand(entry.traffic, attempt)
    return waitMs
  }

  /** L2 of core/load.ts. */
  replyWaitMs(domain: string, timeoutMs: number): number {
    return replyWaitMs(this.#entry(domain).load, timeoutMs)
  }

  report({ domain, isWell, isNews, answersFirst, tookMs }: Outcome): void {
    const entry = this.#entry(domain)
    // U14.
    if (isNews || !entry.isClosed) entry.pending = withOutcome(entry.pending, isWell)
    if (answersFirst) entry.traffic = withAnswer(entry.traffic)
    if (tookMs !== undefined) {
      entry.traffic = { ...entry.traffic, times: withTime(entry.traffic.times, tookMs) }
    }
    const isUrgent = isWell && !entry.isClosed && !entry.isAsking
    if (isUrgent) this.#ports.inBackground(this.#exchange(domain))
    else this.#refresh(domain)
  }

  /** The first of `domains` that an order, or a quote, would have to wait for; null: none. */
  async obstacle(
    domains: readonly string[],
    gate: Exclude<Gate, 'command'>,
  ): Promise<Obstacle | null> {
    await this.#refreshAll(domains)
    const full = domains.find((domain) => gate === 'order' && this.#entry(domain).load.isFull)
    if (full !== undefined) return { domain: full, waitMs: FRESH_MS, isFull: true }
    const waits = domains.map((domain) => ({ domain, waitMs: this.#waitMs(domain, gate) }))
    const first = waits.find(({ waitMs }) => waitMs > 0)
    return first ? { ...first, isFull: false } : null
  }

  /** L4, in milliseconds; 0 while too few replies are known. */
  expectedMs(domain: string): number {
    return this.#entry(domain).load.expectedMs ?? 0
  }

  /** Where each of `domains` stands, as far as is known; nothing is let through by looking. */
  async standings(domains: readonly string[]): Promise<Standing[]> {
    await this.#refreshAll(domains)
    return domains.map((domain) => {
      const entry = this.#entry(domain)
      const openForMs = leftMs(entry, this.#ports.nowMs())
      const state = entry.isClosed ? 'closed' : openForMs > 0 ? 'open' : 'half-open'
      return { domain, state, openForMs }
    })
  }

  async #refreshAll(domains: readonly string[]): Promise<void> {
    const stale = domains.filter((domain) => this.#isStale(this.#entry(domain)))
    if (stale.length === 0) return
    await within(PATIENCE_MS, () => Promise.all(stale.map((domain) => this.#exchange(domain))))
  }

  #refresh(domain: string): void {
    if (this.#isStale(this.#entry(domain))) this.#ports.inBackground(this.#exchange(domain))
  }

  #isStale({ isAsking, askedAtMs }: Entry): boolean {
    return Math.abs(this.#ports.nowMs() - askedAtMs) >= (isAsking ? EXCHANGE_MS_MAX : FRESH_MS)
  }

  /** U7. Never rejects. */
  async #exchange(domain: string): Promise<void> {
    const entry = this.#entry(domain)
    // The one before was lost (U8).
    if (entry.isAsking) entry.isClosed = true
    const { pending, traffic } = entry
    const askedAtMs = this.#ports.nowMs()
    const told = { pending: NO_OUTCOMES, traffic: NO_TRAFFIC }
    Object.assign(entry, { ...told, isAsking: true, askedAtMs })
    let answer: ExchangeAnswer = CLOSED
    try {
      const breaker = this.#ports.breakers.getByName(domain)
      answer = exchangeAnswerSchema.parse(await breaker.exchange(pending, traffic))
    } catch (error) {
      logWarning('breaker-silent', { domain }, error)
    }
    // Of two that overlap, the later one counts.
    if (entry.askedAtMs !== askedAtMs) return
    entry.isAsking = false
    entry.isClosed = answer.state === 'closed'
    entry.openForMs = answer.openForMs
    entry.openUntilMs = this.#ports.nowMs() + answer.openForMs
    entry.load = answer.load
  }

  /** U9, U16. */
  #waitMs(domain: string, gate: Gate): number {
    const entry = this.#entry(domain)
    const nowMs = this.#ports.nowMs()
    if (entry.isClosed) return 0
    const openForMs = leftMs(entry, nowMs)
    if (openForMs > 0) return openForMs
    const waitMs = PASS_EVERY_MS - Math.abs(nowMs - entry.passedAtMs[gate])
    if (waitMs > 0) return waitMs
    entry.passedAtMs[gate] = nowMs
    return 0
  }

  #entry(domain: string): Entry {
    const entry = this.#board.get(domain) ?? newEntry()
    this.#board.set(domain, entry)
    return entry
  }
}

const CLOSED: ExchangeAnswer = { state: 'closed', openForMs: 0, load: NO_LOAD }

/** Nothing is known, so nothing is held back (U8). */
const newEntry = (): Entry => ({
  isClosed: true,
  openForMs: 0,
  openUntilMs: 0,
  askedAtMs: -Infinity,
  isAsking: false,
  pending: NO_OUTCOMES,
  traffic: NO_TRAFFIC,
  load: NO_LOAD,
  passedAtMs: { command: -Infinity, order: -Infinity, quote: -Infinity },
})

/** U16. */
const leftMs = ({ isClosed, openForMs, openUntilMs }: Entry, nowMs: number): number =>
  isClosed ? 0 : Math.max(0, Math.min(openForMs, openUntilMs - nowMs))
