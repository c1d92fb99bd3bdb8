/**
 * Many who want the same database at a time take turns together.
 *
 * U1. Who comes while as many turns run as may shares the next one: a busy database is asked seldom, and
 *     an idle one answers at once.
 * U2. A turn is run by one of those that take it, never by one that has what it came for: the platform
 *     ends what outlives its request. The work of a request that was given up is ended all the same.
 * U3. If it is not, or if who was to run the next turn is gone, the next to come runs one, and takes
 *     along who waits.
 */
import type { Runtime } from './runtime.ts'

const ITEMS_PER_TURN_MAX = 100
/** A turn that takes longer is taken for lost. */
const TURN_MS_MAX = 5_000

/** Keeps the Worker for work that its caller may not wait for. */
export type Lifetime = { waitUntil(work: Promise<unknown>): void }

type Waiting<Item> = { item: Item; hasBegun: boolean; wake: () => void }
type Turn = { beganAtMs: number }

type Options<Item, Env> = {
  /** Serves all of the items. Must not reject. */
  run: (items: Item[], env: Env) => Promise<void>
  runtime: Pick<Runtime, 'nowMs'>
  /** How many turns may run at a time. */
  turnsMax: number
}

export class Turns<Item, Env> {
  readonly #options: Options<Item, Env>
  readonly #waiting: Waiting<Item>[] = []
  readonly #running = new Set<Turn>()

  constructor(options: Options<Item, Env>) {
    this.#options = options
  }

  /** Resolves once the item's turn has begun. */
  async take(item: Item, env: Env, lifetime: Lifetime): Promise<void> {
    const mine: Waiting<Item> = { item, hasBegun: false, wake: () => undefined }
    this.#waiting.push(mine)
    while (!mine.hasBegun) {
      this.#forgetLost()
      if (this.#running.size < this.#options.turnsMax) lifetime.waitUntil(this.#begin(env))
      else await new Promise<void>((resolve) => (mine.wake = resolve))
    }
  }

  /** Of all that wait, the next turn. */
  async #begin(env: Env): Promise<void> {
    const { run, runtime } = this.#options
    const turn = { beganAtMs: runtime.nowMs() }
    this.#running.add(turn)
    const taking = this.#waiting.splice(0, ITEMS_PER_TURN_MAX)
    for (const waiting of taking) {
      waiting.hasBegun = true
      waiting.wake()
    }
    await run(
      taking.map(({ item }) => item),
      env,
    )
    this.#running.delete(turn)
    this.#waiting[0]?.wake()
  }

  /** U3. */
  #forgetLost(): void {
    const nowMs = this.#options.runtime.nowMs()
    for (const turn of this.#running) {
      if (nowMs - turn.beganAtMs >= TURN_MS_MAX) this.#running.delete(turn)
    }
  }
}
