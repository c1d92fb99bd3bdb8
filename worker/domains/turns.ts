/**
 * Many who want the same database at a time take turns together.
 *
 * U1. Who comes while as many turns run as may shares the next one: a busy database is asked seldom, and
 *     an idle one answers at once.
 * U2. A turn is run by one of those that take it, never by one that has what it came for: the platform
 *     ends what outlives its request. The work of a request that was given up is ended all the same.
 * U3. A turn that is not heard of is taken for lost, and its places fail. If who was to run the next one
 *     is gone, whoever comes or looks runs it.
 * U4. Who waits has a timer of its own, and looks. What one request has for another is data; the promise
 *     only wakes. The platform ends as hung a request that waits for nothing but another request.
 * U5. Where several wait already, a turn lets some more come before it begins; meanwhile no other does.
 */
import { type Runtime, pause } from './runtime.ts'

const ITEMS_PER_TURN_MAX = 100
/** A turn that takes longer is taken for lost. */
const TURN_MS_MAX = 5_000
const LOOK_EVERY_MS = 250
/** Less than anybody sees, and what a database that is far away takes to answer. */
const GATHER_MS = 10

/** Keeps the Worker for work that its caller may not wait for. */
export type Lifetime = { waitUntil(work: Promise<unknown>): void }

/** One that takes a turn, for who runs it. The first answer counts. */
export type Place<Item, Answer> = { readonly item: Item; answer(answer: Answer): void }

/** `seats`: null while it gathers (U5). */
type Turn<Item, Answer> = { beganAtMs: number; seats: Seat<Item, Answer>[] | null }

type Options<Item, Answer, Env> = {
  /** Answers each of them. Those without an answer fail when it ends, and as it does when it rejects. */
  run: (places: readonly Place<Item, Answer>[], env: Env) => Promise<void>
  runtime: Pick<Runtime, 'nowMs' | 'after'>
  /** How many turns may run at a time. */
  turnsMax: number
}

export class Turns<Item, Answer, Env> {
  readonly #options: Options<Item, Answer, Env>
  readonly #waiting: Seat<Item, Answer>[] = []
  readonly #running = new Set<Turn<Item, Answer>>()

  constructor(options: Options<Item, Answer, Env>) {
    this.#options = options
  }

  /** Rejects as the turn does, and when nothing is heard of it. */
  async take(item: Item, env: Env, lifetime: Lifetime): Promise<Answer> {
    const { runtime } = this.#options
    const mine = new Seat<Item, Answer>(item)
    this.#waiting.push(mine)
    for (;;) {
      this.#forgetLost()
      if (mine.outcome) return valueOf(mine.outcome)
      if (!mine.hasBegun && this.#mayBegin()) lifetime.waitUntil(this.#runNext(env))
      else await mine.news(runtime)
    }
  }

  #mayBegin(): boolean {
    const running = [...this.#running]
    return running.length < this.#options.turnsMax && running.every(({ seats }) => seats !== null)
  }

  /** Of all that wait, the next turn. */
  async #runNext(env: Env): Promise<void> {
    const { run, runtime } = this.#options
    const turn: Turn<Item, Answer> = { beganAtMs: runtime.nowMs(), seats: null }
    this.#running.add(turn)
    // U5.
    if (this.#waiting.length > 1) await pause(GATHER_MS, runtime)
    const seats = this.#waiting.splice(0, ITEMS_PER_TURN_MAX)
    turn.seats = seats
    for (const seat of seats) seat.hasBegun = true
    const error = await run(seats, env).then(
      () => new Error('the turn ended without an answer'),
      (cause: unknown) => cause,
    )
    this.#end(turn, error)
    this.#waiting[0]?.wake()
  }

  /** U3. */
  #forgetLost(): void {
    const nowMs = this.#options.runtime.nowMs()
    for (const turn of this.#running) {
      // The clock may have been set back.
      const tookMs = Math.abs(nowMs - turn.beganAtMs)
      if (tookMs >= TURN_MS_MAX) this.#end(turn, new Error('the turn was lost'))
    }
  }

  #end(turn: Turn<Item, Answer>, error: unknown): void {
    this.#running.delete(turn)
    for (const seat of turn.seats ?? []) seat.fail(error)
  }
}

type Outcome<Answer> = { answer: Answer } | { error: unknown }

function valueOf<Answer>(outcome: Outcome<Answer>): Answer {
  if ('error' in outcome) throw outcome.error
  return outcome.answer
}

class Seat<Item, Answer> implements Place<Item, Answer> {
  readonly item: Item
  hasBegun = false
  outcome: Outcome<Answer> | null = null
  wake: () => void = () => undefined

  constructor(item: Item) {
    this.item = item
  }

  answer(answer: Answer): void {
    this.#settle({ answer })
  }

  fail(error: unknown): void {
    this.#settle({ error })
  }

  #settle(outcome: Outcome<Answer>): void {
    if (this.outcome) return
    this.outcome = outcome
    this.wake()
  }

  /** Resolves when there may be some (U4). */
  async news({ after }: Pick<Runtime, 'after'>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.wake = resolve
    const cancel = after(LOOK_EVERY_MS, resolve)
    await promise
    cancel()
  }
}
