/**
 * A server small enough to be obviously right: it places, holds, confirms or releases, and keeps
 * every snapshot that it ever pushed, so that a test can deliver old and repeated ones.
 */
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { Catalog, Me, OrderView } from '../../../worker/api/contract.ts'
import type { Placing } from '../../../web/src/stores/shop-state/model.ts'
import { customerId, money, serverOrder } from './orders.ts'

type Stage = 'placed' | 'held' | 'confirmed' | 'releasing' | 'settled'
type Held = { placing: Placing; stage: Stage; willFail: boolean; snapshots: OrderView[] }

export const SKUS = ['MUG', 'LAMP']

export class FakeShop {
  points = 1_000
  frozen = 0
  readonly stock = new Map(SKUS.map((sku) => [sku, 20]))
  readonly orders = new Map<OrderId, Held>()

  me(): Me {
    const points = { available: this.points, frozen: this.frozen }
    return { customer: customerId(), points, coupons: [] }
  }

  catalog(): Catalog {
    return {
      products: Array.from(this.stock, ([sku, available]) => ({
        sku,
        title: sku,
        description: '',
        category: 'home',
        image: '',
        price: money(1_000),
        prices: [money(1_000)],
        translations: [],
        available,
      })),
    }
  }

  /** Null is a refusal. A repeat of an order finds the order. */
  place(placing: Placing, willFail: boolean, refuse: boolean): OrderView | null {
    const known = this.orders.get(placing.orderId)
    if (!known) {
      if (refuse) return null
      const held: Held = { placing, stage: 'placed', willFail, snapshots: [] }
      this.orders.set(placing.orderId, held)
      this.#snapshot(held)
    }
    return this.latest(placing.orderId)
  }

  latest(id: OrderId): OrderView | null {
    return this.orders.get(id)?.snapshots.at(-1) ?? null
  }

  advance(id: OrderId): void {
    const held = this.orders.get(id)
    if (!held || held.stage === 'settled') return
    held.stage = this.#next(held)
    this.#snapshot(held)
  }

  #next(held: Held): Stage {
    switch (held.stage) {
      case 'placed':
        this.#hold(held.placing, 1)
        return 'held'
      case 'held':
        return held.willFail ? 'releasing' : 'confirmed'
      case 'releasing':
        this.#hold(held.placing, -1)
        return 'settled'
      default:
        this.frozen -= held.placing.request.points ?? 0
        return 'settled'
    }
  }

  #hold({ request }: Placing, sign: 1 | -1): void {
    this.points -= sign * (request.points ?? 0)
    this.frozen += sign * (request.points ?? 0)
    for (const { sku, quantity } of request.lines) {
      this.stock.set(sku, (this.stock.get(sku) ?? 0) - sign * quantity)
    }
  }

  #snapshot(held: Held): void {
    const { orderId: id, request } = held.placing
    const { points } = request
    const failed = held.willFail && (held.stage === 'releasing' || held.stage === 'settled')
    const isPending = held.stage === 'placed' || held.stage === 'held'
    const wish = { id, lines: request.lines, ...(points !== undefined && { points }) }
    const order = serverOrder(wish, {
      version: held.snapshots.length + 1,
      status: isPending ? 'pending' : failed ? 'failed' : 'confirmed',
      settled: held.stage === 'settled',
      holds: held.stage === 'placed' ? 'started' : failed ? 'compensating' : 'succeeded',
    })
    held.snapshots.push(order)
  }
}
