/** Orders as they come, at random, and what shoppers do who are refused. */
import { DRAW } from './draws.ts'
import type { Books } from './books.ts'
import { Order } from './order.ts'
import { SHOPPER_RETRIES_MAX } from './parameters.ts'
import type { Policy } from './policy.ts'
import type { World, WorldOptions } from './world.ts'

export class Shoppers {
  readonly #world: World
  readonly #books: Books
  readonly #policy: Policy
  readonly #meanMs: number
  readonly #untilMs: number
  arrived = 0

  constructor(world: World, books: Books, policy: Policy, options: WorldOptions) {
    this.#world = world
    this.#books = books
    this.#policy = policy
    this.#meanMs = 1_000 / options.ordersPerSecond
    this.#untilMs = world.schedule.nowMs + options.seconds * 1_000
  }

  come(): void {
    const { schedule, chance } = this.#world
    const waitMs = -Math.log(1 - chance.nth(DRAW.arrival, this.arrived, 0)) * this.#meanMs
    const atMs = schedule.nowMs + waitMs
    if (atMs >= this.#untilMs) return
    schedule.at(atMs, () => {
      const order = new Order(this.arrived, schedule.nowMs, chance)
      this.arrived += 1
      this.#try(order, 0)
      this.come()
    })
  }

  #try(order: Order, refused: number): void {
    this.#policy.place(order, (retryAfterS) => {
      if (retryAfterS === null) return
      this.#books.refused(refused === 0)
      const { schedule } = this.#world
      if (refused >= SHOPPER_RETRIES_MAX) {
        this.#books.ended(order, 'gave-up', schedule.nowMs)
        return
      }
      schedule.after(
        retryAfterS * 1_000 * (1 + this.#world.chance.nth(DRAW.patience, order.index, refused)),
        () => this.#try(order, refused + 1),
      )
    })
  }
}
