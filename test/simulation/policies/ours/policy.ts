/**
 * Ours: production's intake, object logic, engine, desks and breakers. Nothing of what decides is
 * written again here.
 */
import { type SagaState, hasEnded } from '../../../../durable-objects/core/saga-state.ts'
import { ORDER_CREATE } from '../../../../durable-objects/sagas/registry.ts'
import { assertInTime, assertNoObstacle } from '../../../../worker/api/obstacles.ts'
import { ProblemError } from '../../../../worker/api/problem-error.ts'
import type { Books } from '../books.ts'
import { domainsOf } from '../domain.ts'
import { DRAW } from '../draws.ts'
import type { Order } from '../order.ts'
import { isolateOf } from '../placement.ts'
import type { NewPolicy, Policy } from '../policy.ts'
import type { World } from '../world.ts'
import { type Isolate, newIsolates } from './isolates.ts'
import { RunningOrder, type Surroundings } from './running-order.ts'
import { SagaBooks } from './saga-books.ts'
import { Transport } from './transport.ts'

/** ASSUMED: so long after it was parked for an operator, one retries it. */
const OPERATOR_MS = 300_000

class Ours implements Policy {
  readonly #around: Surroundings
  readonly #books: SagaBooks
  readonly #isolates: Isolate[]
  #isBusy = false
  #judged = 0

  constructor(world: World, books: Books, ordersPerSecond: number) {
    const busy = (): void => {
      this.#isBusy = true
    }
    const transport = new Transport(world, busy)
    this.#around = { world, transport, busy, changed: this.#changed }
    this.#books = new SagaBooks(books)
    this.#isolates = newIsolates(world, ordersPerSecond, busy)
  }

  takeBusy(): boolean {
    const isBusy = this.#isBusy
    this.#isBusy = false
    return isBusy
  }

  place(order: Order, answered: (retryAfterS: number | null) => void): void {
    this.#around.busy()
    void this.#judge(order).then((retryAfterS) => {
      if (retryAfterS === null) {
        new RunningOrder(this.#around, this.#isolateOf(order, 1), order).start()
      }
      answered(retryAfterS)
    })
  }

  /** What an order meets before it is placed, as `judge` of the API has it. */
  async #judge(order: Order): Promise<number | null> {
    const { env } = this.#isolateOf(order, 0)
    this.#judged += 1
    const chance = this.#around.world.chance.nth(DRAW.admission, this.#judged, 0)
    try {
      await assertNoObstacle(env, domainsOf(order), 'order')
      assertInTime(env, ORDER_CREATE, order.agreed, chance)
      return null
    } catch (error) {
      if (error instanceof ProblemError) return error.particulars.retryAfterS ?? 1
      throw error
    }
  }

  readonly #changed = (saga: SagaState, running: RunningOrder): void => {
    const { schedule } = this.#around.world
    this.#books.note(running.order, saga, schedule.nowMs)
    if (hasEnded(saga)) return
    for (const { plan } of this.#books.newlyStuck(running.order, saga)) {
      schedule.after(OPERATOR_MS, () => running.retry(plan.name))
    }
  }

  #isolateOf(order: Order, which: 0 | 1): Isolate {
    const at = isolateOf(order, which, this.#around.world.chance, this.#isolates.length)
    const isolate = this.#isolates[at]
    if (!isolate) throw new RangeError(`isolate ${at}`)
    return isolate
  }
}

export const oursFor =
  (ordersPerSecond: number): NewPolicy =>
  (world, books) =>
    new Ours(world, books, ordersPerSecond)
