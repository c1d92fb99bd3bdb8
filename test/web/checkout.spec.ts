/** The checkout's form outlives its page. */
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { useCheckout } from '../../web/src/stores/checkout.ts'
import { orderId, placing } from './support/orders.ts'

beforeEach(() => {
  sessionStorage.clear()
  setActivePinia(createPinia())
})

it('survives a reload', async () => {
  const before = useCheckout()
  Object.assign(before.shipTo, { name: 'Ada', city: 'Leeds', country: 'GB' })
  before.day = '2026-12-03'
  before.coupon = 'WELCOME10'
  before.points = 300
  before.token = 'tok_slow'
  await nextTick()
  setActivePinia(createPinia())
  expect(useCheckout()).toMatchObject({
    shipTo: { name: 'Ada', line1: '', city: 'Leeds', country: 'GB' },
    day: '2026-12-03',
    coupon: 'WELCOME10',
    points: 300,
    token: 'tok_slow',
  })
})

it.each(['rubbish', 'null', '5', '{}', '{"shipTo":5}', '{"shipTo":{},"points":"many"}'])(
  'begins empty where the tab remembers %s',
  (kept) => {
    sessionStorage.setItem('edge-saga.checkout', kept)
    const { name, country } = useCheckout().shipTo
    expect({ name, country, points: useCheckout().points }).toEqual({
      name: '',
      country: '',
      points: 0,
    })
  },
)

it('keeps no savings that were spent', async () => {
  const before = useCheckout()
  before.coupon = 'WELCOME10'
  await nextTick()
  before.spend()
  await nextTick()
  setActivePinia(createPinia())
  expect(useCheckout().coupon).toBeNull()
})

it('says after a refusal what is wrong with the address; the rest is told by the next quote', () => {
  const { refill } = useCheckout()
  const { request } = placing({ id: orderId(1), lines: [{ sku: 'MUG', quantity: 1 }] })
  refill(request, [
    { field: 'delivery.day', message: 'The delivery day is not available' },
    { field: 'shipTo.city', message: 'is missing' },
  ])
  expect(useCheckout()).toMatchObject({
    day: '2026-12-01',
    errors: { 'shipTo.city': 'is missing' },
  })
})
