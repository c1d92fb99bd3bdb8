/** The list of orders: what is in it, and that it follows what moves. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type EffectScope, effectScope } from 'vue'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import type { OrderList, OrderView } from '../../worker/api/contract.ts'
import { etagOf } from '../../worker/api/order-version.ts'
import { Unanswered } from '../../web/src/api/client.ts'
import { useOrderList } from '../../web/src/composables/use-order-list.ts'
import type { Known } from '../../web/src/stores/shop-state/model.ts'
import { seeOrder, useShopState } from '../../web/src/stores/shop-state/store.ts'
import { customerId, orderId, placing, serverOrder } from './support/orders.ts'
import { startPinia } from './support/pinia.ts'
import { placeInVain } from './support/place-in-vain.ts'

const LINES = [{ sku: 'MUG', quantity: 2 }]
const wish = (number: number) => ({ id: orderId(number), lines: LINES })

type Listed = OrderList['orders'][number]
const listed = (number: number, more: Partial<Listed> = {}): Listed => ({
  id: orderId(number),
  placedAt: `2026-11-23T10:00:0${number}.000Z`,
  total: { amount: 2_000, currency: 'USD' },
  units: 2,
  status: 'confirmed',
  settled: true,
  ...more,
})
const page = (...orders: Listed[]): OrderList => ({ orders, next: null })

let scope: EffectScope
let lists: (OrderList | Error)[]
let orders: Map<OrderId, OrderView>
let asked: { id: OrderId; etag: string | undefined }[]

async function listOrders(): Promise<OrderList> {
  const next = lists.shift() ?? new Unanswered('/api/orders')
  if (next instanceof Error) throw next
  return next
}

async function readOrder(id: OrderId, etag?: string) {
  asked.push({ id, etag })
  const order = orders.get(id)
  if (!order) throw new Unanswered(id)
  const now = etagOf(order)
  return now === etag ? null : { order, etag: now }
}

function list() {
  const found = scope.run(() => useOrderList({ listOrders, readOrder }))
  if (!found) throw new Error('the scope is over')
  const phases = () => found.rows.value.map(({ id, phase }) => [id, phase])
  return { ...found, phases }
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms)

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('fetch', async () => Response.json({ customer: customerId() }))
  startPinia()
  scope = effectScope()
  lists = []
  orders = new Map()
  asked = []
})
afterEach(() => {
  scope.stop()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('the list of orders', () => {
  it('keeps an order that was not taken, where it belongs in time', async () => {
    await placeInVain(wish(9))
    lists = [page(listed(2), listed(1, { placedAt: '2026-11-22T10:00:00.000Z' }))]
    const { load, phases } = list()
    await load()
    expect(phases()).toEqual([
      [orderId(2), 'confirmed'],
      [orderId(9), 'refused'],
      [orderId(1), 'confirmed'],
    ])
  })

  it('has what is on its way first, however far behind the clock of its browser is', async () => {
    vi.setSystemTime('2020-01-01T00:00:00.000Z')
    const { $optimistic } = useShopState()
    await $optimistic.submit(wish(9).id, placing(wish(9)))
    lists = [page(listed(2), listed(1))]
    const { load, phases } = list()
    await load()
    expect(phases().map(([id]) => id)).toEqual([orderId(9), orderId(2), orderId(1)])
  })

  it("keeps an order that was on its way, once it is the server's and the page has nothing left to do for it", async () => {
    const { $optimistic } = useShopState()
    await $optimistic.submit(wish(9).id, placing(wish(9)))
    lists = [page(listed(1))]
    const { load, phases } = list()
    await load()
    await seeOrder(serverOrder(wish(9), { version: 5, status: 'confirmed', settled: true }))
    const at = new Date().toISOString()
    const reads = [
      {
        kind: 'me',
        me: { customer: customerId(), points: { available: 0, frozen: 0 }, coupons: [] },
      },
      { kind: 'catalog', catalog: { products: [] } },
    ] satisfies Known[]
    for (const payload of reads) {
      await $optimistic.see({ id: payload.kind, payload, version: [0, 1], at }, [orderId(9)])
    }
    expect(useShopState().placed).toEqual([])
    expect(phases()).toContainEqual([orderId(9), 'confirmed'])
  })

  it('asks an order that still moves at its object, until it is settled', async () => {
    lists = [page(listed(1, { status: 'pending', settled: false }), listed(2))]
    orders.set(orderId(1), serverOrder(wish(1), { version: 2, status: 'pending' }))
    const { load, phases } = list()
    await load()
    await pass(0)
    orders.set(orderId(1), serverOrder(wish(1), { version: 5, status: 'confirmed', settled: true }))
    await pass(10_000)
    expect(phases()).toContainEqual([orderId(1), 'confirmed'])
    expect(asked.slice(0, 2)).toEqual([
      { id: orderId(1), etag: undefined },
      { id: orderId(1), etag: '"2"' },
    ])
    const until = asked.length
    await pass(600_000)
    expect(asked.length, 'nothing moves any more').toBe(until)
  })

  it('goes on asking, though what this page saw last is older than the list', async () => {
    await seeOrder(serverOrder(wish(1), { version: 2, status: 'pending' }))
    lists = [page(listed(1))]
    orders.set(orderId(1), serverOrder(wish(1), { version: 5, status: 'confirmed', settled: true }))
    const { load, phases } = list()
    await load()
    await pass(0)
    expect(phases()).toEqual([[orderId(1), 'confirmed']])
  })

  it('asks each of many that move, also where the newest stand still', async () => {
    const numbers = [8, 7, 6, 5, 4, 3, 2, 1]
    const moves = numbers.map((number) => listed(number, { status: 'pending', settled: false }))
    lists = [page(...moves)]
    for (const number of numbers) {
      const { placedAt } = listed(number)
      orders.set(orderId(number), serverOrder(wish(number), { status: 'pending', placedAt }))
    }
    const { load, phases } = list()
    await load()
    await pass(0)
    expect(asked.length).toBeLessThan(moves.length)
    orders.set(orderId(1), serverOrder(wish(1), { version: 5, status: 'confirmed', settled: true }))
    await pass(60_000)
    expect(phases()).toContainEqual([orderId(1), 'confirmed'])
  })

  it('asks nothing once nobody looks', async () => {
    lists = [page(listed(1, { status: 'pending', settled: false }))]
    orders.set(orderId(1), serverOrder(wish(1), { version: 2, status: 'pending' }))
    const { load } = list()
    await load()
    await pass(0)
    scope.stop()
    const until = asked.length
    await pass(600_000)
    expect(asked.length).toBe(until)
  })

  it('is read again when the network is back, and after a failure goes on where it stood', async () => {
    lists = [new Unanswered('/api/orders'), { ...page(listed(2)), next: 'b' }]
    const { load, more, retry, status, phases } = list()
    await load()
    expect(status.value).toBe('failed')
    window.dispatchEvent(new Event('online'))
    await pass(0)
    expect(phases()).toEqual([[orderId(2), 'confirmed']])
    await more()
    expect(status.value).toBe('failed')
    expect(phases(), 'what was there stays').toHaveLength(1)
    lists = [page(listed(1))]
    await retry()
    expect(phases()).toEqual([
      [orderId(2), 'confirmed'],
      [orderId(1), 'confirmed'],
    ])
  })
})
