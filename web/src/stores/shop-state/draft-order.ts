/**
 * An order as the page draws it before the server has answered: pending, with every step that
 * it will take still waiting, so that nothing moves on the page when the answer comes.
 */
import type { OrderView, StepView } from '../../../../worker/api/contract.ts'
import type { Placing } from './model.ts'

type Step = Pick<StepView, 'name' | 'domain' | 'kind'>

const step = (name: string, domain: string, kind: StepView['kind']): Step => ({
  name,
  domain,
  kind,
})

function stepsOf({ coupon, points }: Placing['request'], payable: number): Step[] {
  const withCoupon = (it: Step) => (coupon ? [it] : [])
  const withPoints = (it: Step) => (points ? [it] : [])
  return [
    step('reserve-stock', 'inventory', 'compensatable'),
    ...withCoupon(step('redeem-coupon', 'coupons', 'compensatable')),
    ...withPoints(step('freeze-points', 'points', 'compensatable')),
    step('reserve-delivery', 'logistics', 'compensatable'),
    ...(payable > 0 ? [step('charge-card', 'payments', 'pivot')] : []),
    step('commit-stock', 'inventory', 'retriable'),
    ...withCoupon(step('commit-coupon', 'coupons', 'retriable')),
    ...withPoints(step('deduct-points', 'points', 'retriable')),
    step('book-delivery', 'logistics', 'retriable'),
  ]
}

export function draftOrder({
  payload: { orderId, request, prices },
  at,
}: {
  payload: Placing
  at: string
}): OrderView {
  return {
    id: orderId,
    status: 'pending',
    settled: false,
    version: 0,
    epoch: 0,
    sagaId: orderId,
    placedAt: at,
    ...prices,
    ...(request.coupon !== undefined && { coupon: request.coupon }),
    ...(request.points !== undefined && { points: request.points }),
    delivery: { day: request.delivery?.day ?? '', region: request.shipTo.country },
    shipTo: request.shipTo,
    payment: request.payment,
    steps: stepsOf(request, prices.total.amount).map((it) => ({
      ...it,
      status: 'waiting',
      attempt: 0,
    })),
    cancellable: false,
    returnable: false,
  }
}
