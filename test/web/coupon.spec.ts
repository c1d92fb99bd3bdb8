/** A coupon that is tried at checkout, and what is said of it. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { ref } from 'vue'
import type { Quote, QuoteRequest } from '../../worker/api/contract.ts'
import { useCoupon } from '../../web/src/composables/use-coupon.ts'
import { customerId, placing, orderId } from './support/orders.ts'
import { showOnPage } from './support/on-page.ts'
import { startPinia } from './support/pinia.ts'
import { sessionRequired } from './support/session-required.ts'

const lines = [{ sku: 'MUG', quantity: 1 }]
const { prices } = placing({ id: orderId(7), lines })
const quote: Quote = { ...prices, discount: { amount: 5_375, currency: 'USD' }, problems: [] }

const basket = ref<QuoteRequest | null>(null)
let coupon: ReturnType<typeof useCoupon>
let takeAway = () => {}
let sessionIsOver = false
const page = {
  setup() {
    coupon = useCoupon(basket)
    return () => null
  },
}

async function answer(path: string): Promise<Response> {
  if (path === '/api/session') return Response.json({ customer: customerId() })
  if (!sessionIsOver) return Response.json(quote)
  sessionIsOver = false
  return sessionRequired()
}

beforeEach(() => {
  sessionIsOver = false
  startPinia()
  vi.stubGlobal('fetch', answer)
  basket.value = { currency: 'USD', lines }
  takeAway = showOnPage(page, {})
})
afterEach(() => {
  takeAway()
  vi.unstubAllGlobals()
})

it('says what it takes off, also once there are points, a country and a day', async () => {
  await coupon.attempt('BIG25')
  basket.value = { currency: 'USD', lines, coupon: 'BIG25', points: 100, country: 'US' }
  expect(coupon.note.value?.text).toBe('BIG25 takes $53.75 off.')
})

it.each([
  ['in another currency', { currency: 'EUR' as const, lines }],
  ['of other lines', { currency: 'USD' as const, lines: [{ sku: 'MUG', quantity: 2 }] }],
])('says nothing of a basket %s than it was tried on', async (_what, other) => {
  await coupon.attempt('BIG25')
  basket.value = other
  expect(coupon.note.value).toBeNull()
})

it('is tried again where the session turns out to be over', async () => {
  sessionIsOver = true
  await coupon.attempt('BIG25')
  expect(coupon.note.value?.text).toBe('BIG25 takes $53.75 off.')
})
