/** The quote that was shown, on its way from the checkout to the shop. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { OrderRequest, Quote } from '../../worker/api/contract.ts'
import { useOrders } from '../../web/src/stores/orders.ts'
import { useShopState } from '../../web/src/stores/shop-state/store.ts'
import { customerId, orderId, placing, serverOrder } from './support/orders.ts'
import { startPinia } from './support/pinia.ts'

const wish = { id: orderId(7), lines: [{ sku: 'MUG', quantity: 1 }] }
const { request, prices } = placing(wish)
const quote: Quote = { ...prices, problems: [] }

let placed: Headers[]

beforeEach(() => {
  placed = []
  startPinia()
  vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
    if (path === '/api/session') return Response.json({ customer: customerId() })
    if (path !== '/api/orders') throw new TypeError('no network')
    placed.push(new Headers(init.headers))
    return Response.json(serverOrder(wish), { status: 202 })
  })
})
afterEach(() => vi.unstubAllGlobals())

async function submit(order: OrderRequest, shown: Quote) {
  const shop = useShopState()
  shop.$optimistic.start()
  const id = await useOrders().submit(order, shown)
  await vi.waitFor(() => expect(placed).toHaveLength(1))
  return shop.order(id)
}

it('its token goes out with the order, and is no part of it', async () => {
  const order = await submit(request, { ...quote, token: 'as it was signed' })
  expect(placed[0]?.get('Quote-Token')).toBe('as it was signed')
  expect(JSON.stringify(order)).not.toContain('as it was signed')
})

it('an order whose quote has no token goes out without one', async () => {
  await submit(request, quote)
  expect(placed[0]?.has('Quote-Token')).toBe(false)
})
