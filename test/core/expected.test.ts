/** How long an order will take: the longest way to its pivot. */
import { expect, it } from 'vitest'
import { expectedMs } from '../../durable-objects/core/expected.ts'
import { trip } from './harness.ts'

const EXPECTED: Record<string, number> = {
  air: 100,
  rooms: 400,
  road: 200,
  coupons: 350,
  card: 1_000,
}
const stepMs = (domain: string) => EXPECTED[domain] ?? 1_000_000
const order = { coupon: false, free: false }

it('takes steps side by side as one, and steps on top of each other one after the other', () => {
  expect(expectedMs(trip, order, stepMs)).toBe(1_400)
  expect(expectedMs(trip, order, (domain) => (domain === 'road' ? 900 : stepMs(domain)))).toBe(
    2_000,
  )
})

it('leaves out what the order does not need, and what comes after the pivot', () => {
  expect(expectedMs(trip, { ...order, free: true }, stepMs)).toBe(400)
  expect(
    expectedMs(trip, { ...order, coupon: true }, (domain) =>
      domain === 'coupons' ? 900 : stepMs(domain),
    ),
  ).toBe(1_900)
})

it('is nothing while nothing is known', () => {
  expect(expectedMs(trip, order, () => 0)).toBe(0)
})
