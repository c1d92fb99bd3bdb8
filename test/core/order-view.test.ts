import { expect, it } from 'vitest'
import { orderView } from '../../durable-objects/order/view.ts'
import { ORDER_CREATE } from '../../durable-objects/sagas/registry.ts'
import { type GoldenInput, goldenPlacing, reply, run } from './golden-run.ts'

function viewAfter(...inputs: GoldenInput[]) {
  const { order } = run(ORDER_CREATE, inputs)
  if (!order) throw new Error('no order was placed')
  return orderView(order, null)
}
const HOLDS = ['reserve-stock', 'redeem-coupon', 'freeze-points', 'reserve-delivery']
const held = HOLDS.map((step) => reply(20, step, 'done'))
const released = (step: string) => reply(60, step, 'done', { direction: 'compensation' })

it('an order whose card is being charged is pending, and can no longer be called off', () => {
  expect(viewAfter(...held)).toMatchObject({ status: 'pending', cancellable: false })
  expect(viewAfter(...held, reply(40, 'charge-card', 'done'))).toMatchObject({
    status: 'confirmed',
    settled: false,
  })
})

it('what a failed order gives back is released when its domain says so, not before', () => {
  const { failure } = viewAfter(
    ...held,
    reply(40, 'charge-card', 'rejected', { code: 'card-declined' }),
    released('reserve-stock'),
  )
  expect(failure?.released).toEqual([
    { domain: 'inventory', amount: '2', state: 'released' },
    { domain: 'coupons', amount: 'WELCOME10', state: 'releasing' },
    { domain: 'points', amount: '120', state: 'releasing' },
    { domain: 'logistics', amount: '2026-11-25', state: 'releasing' },
  ])
})

it('what a domain refused was never held, so it is not given back', () => {
  const { failure } = viewAfter(reply(20, 'redeem-coupon', 'rejected', { code: 'coupon-used-up' }))
  expect(failure).toMatchObject({ code: 'coupon-used-up', step: 'redeem-coupon' })
  expect(failure?.released.map(({ domain }) => domain)).toEqual([
    'inventory',
    'points',
    'logistics',
  ])
})

it('the basket of a failed order is in the currency that it was placed in', () => {
  const total = { amount: 5_000, currency: 'JPY' }
  const declined = reply(40, 'charge-card', 'rejected', { code: 'card-declined' })
  const { order } = run(ORDER_CREATE, [...held, declined], { ...goldenPlacing.order, total })
  expect(order && orderView(order, null).failure?.original).toMatchObject({
    currency: 'JPY',
    total,
  })
})
