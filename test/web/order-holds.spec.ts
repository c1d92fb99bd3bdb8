import { expect, it } from 'vitest'
import { holdsOf } from '../../web/src/composables/order-holds.ts'
import { money, orderId, serverOrder } from './support/orders.ts'

const wish = { id: orderId(5), lines: [{ sku: 'MUG', quantity: 2 }], points: 300, coupon: 'TEN' }
const domains = ['inventory', 'coupons', 'points', 'logistics', 'payments']

it('has the same rows from the first moment to the last, so that nothing moves', () => {
  const orders = [
    serverOrder(wish),
    serverOrder(wish, { holds: 'succeeded' }),
    serverOrder(wish, { holds: 'compensated', status: 'failed', settled: true }),
  ]
  for (const order of orders) expect(holdsOf(order).map((one) => one.domain)).toEqual(domains)
})

it('leaves out what the order does not use', () => {
  const plain = serverOrder({ id: wish.id, lines: wish.lines })
  expect(holdsOf(plain).map((one) => one.domain)).toEqual(['inventory', 'logistics', 'payments'])
})

it('what the failure lists is being given back or is back; the rest was never held', () => {
  const order = serverOrder(wish, {
    status: 'failed',
    holds: 'not-run',
    failure: {
      code: 'card-declined',
      title: '',
      released: [
        { domain: 'inventory', amount: '2', state: 'released' },
        { domain: 'points', amount: '300', state: 'releasing' },
      ],
      original: { lines: wish.lines, total: money(2_000) },
    },
  })
  expect(holdsOf(order).map((one) => one.state)).toEqual([
    'released',
    'none',
    'releasing',
    'none',
    'none',
  ])
})

it('what an operator settles by hand is neither held nor given back', () => {
  const order = serverOrder(wish, { status: 'failed', settled: true, holds: 'skipped' })
  expect(holdsOf(order).find((one) => one.domain === 'points')?.state).toBe('skipped')
})

it('a refused order held nothing', () => {
  expect(new Set(holdsOf(serverOrder(wish), true).map((one) => one.state))).toEqual(
    new Set(['none']),
  )
})
