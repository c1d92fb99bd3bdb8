/**
 * Where an isolate keeps what it knows of the domains' breakers, and what they are to be told.
 *
 * U7. At most one request per second, isolate and domain: it brings what was met since the last one,
 *     and takes the state back, which is good for a second. Only a success while a breaker is not
 *     closed goes at once: it is what closes it.
 * U8. A breaker that does not answer, or was never asked, counts as closed: it must not stop a shop
 *     that is well.
 * U9. Once its time is over, or it is half-open, one command in a second is let through, and one order.
 *
 * What outlives a request is data only: promises and timers belong to the request that made them, so
 * none is shared, and nobody waits for what another has begun.
 */
import type { Breakers } from './breaker-rpc.ts'
import {
  type BreakerAnswer,
  NO_OUTCOMES,
  type Outcomes,
  breakerAnswerSchema,
  withOutcome,
} from './core/breaker.ts'
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
  openUntilMs: number
  /** When the last exchange began, and whether its answer is still to come. */
  askedAtMs: number
  isAsking: boolean
  pending: Outcomes
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

/** `openForMs`: how long at least. */
export type Obstacle = { domain: string; openForMs: number }

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
  openForMs(domain: string): number {
    this.#refresh(domain)
    return this.#waitMs(domain, 'command')
  }

  report(domain: string, isWell: boolean): void {
    const entry = this.#entry(domain)
    entry.pending = withOutcome(entry.pending, isWell)
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
    const waits = domains.map((domain) => ({ domain, openForMs: this.#waitMs(domain, gate) }))
    return waits.find(({ openForMs }) => openForMs > 0) ?? null
  }

  /** Where each of `domains` stands, as far as is known; nothing is let through by looking. */
  async standings(domains: readonly string[]): Promise<Standing[]> {
    await this.#refreshAll(domains)
    return domains.map((domain) => {
      const { isClosed, openUntilMs } = this.#entry(domain)
      const openForMs = isClosed ? 0 : Math.max(0, openUntilMs - this.#ports.nowMs())
      const state = isClosed ? 'closed' : openForMs > 0 ? 'open' : 'half-open'
      return { domain, state, openForMs }
    })
  }

  async #refreshAll(domains: readonly string[]): Promise<void> {
    const stale = domains.filter((domain) => this.#isStale(this.#entry(domain)))
    if (stale.length === 0) return
    await within(PATIENCE_MS, Promise.all(stale.map((domain) => this.#exchange(domain))))
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
    const { pending } = entry
    const askedAtMs = this.#ports.nowMs()
    Object.assign(entry, { pending: NO_OUTCOMES, isAsking: true, askedAtMs })
    let answer: BreakerAnswer = CLOSED
    try {
      const breaker = this.#ports.breakers.getByName(domain)
      answer = breakerAnswerSchema.parse(await breaker.exchange(pending))
    } catch (error) {
      logWarning('breaker-silent', { domain }, error)
    }
    // Of two that overlap, the later one counts.
    if (entry.askedAtMs !== askedAtMs) return
    entry.isAsking = false
    entry.isClosed = answer.state === 'closed'
    entry.openUntilMs = this.#ports.nowMs() + answer.openForMs
  }

  /** U9. */
  #waitMs(domain: string, gate: Gate): number {
    const entry = this.#entry(domain)
    const nowMs = this.#ports.nowMs()
    if (entry.isClosed) return 0
    if (nowMs < entry.openUntilMs) return entry.openUntilMs - nowMs
    const waitMs = entry.passedAtMs[gate] + PASS_EVERY_MS - nowMs
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

const CLOSED: BreakerAnswer = { state: 'closed', openForMs: 0 }

/** Nothing is known, so nothing is held back (U8). */
const newEntry = (): Entry => ({
  isClosed: true,
  openUntilMs: 0,
  askedAtMs: -Infinity,
  isAsking: false,
  pending: NO_OUTCOMES,
  passedAtMs: { command: -Infinity, order: -Infinity, quote: -Infinity },
})

async function within(waitMs: number, work: Promise<unknown>): Promise<void> {
  const { promise: timeout, resolve: end } = Promise.withResolvers<void>()
  const timer = setTimeout(end, waitMs)
  await Promise.race([work, timeout])
  clearTimeout(timer)
}
