/**
 * The order saga (R2): four holds in parallel, the card, then the holds made final.
 * Steps that an order does not need (no coupon, no points, nothing to pay) are left out.
 */
import type { StepInputs } from '../../worker/domains/steps.ts'
import { defineSaga } from '../core/definition.ts'
import type { PlacedOrder } from '../order-rpc.ts'

const lines = (order: PlacedOrder): StepInputs['reserve-stock'] => ({
  lines: order.lines.map(({ sku, quantity }) => ({ sku, quantity })),
})
const delivery = (order: PlacedOrder): StepInputs['reserve-delivery'] => ({ ...order.delivery })
const points = (order: PlacedOrder): StepInputs['freeze-points'] => ({
  customer: order.customer,
  points: order.points ?? 0,
})

const usesCoupon = (order: PlacedOrder) => order.coupon !== undefined
const usesPoints = (order: PlacedOrder) => (order.points ?? 0) > 0

export const orderCreateV1 = defineSaga<PlacedOrder>()({
  name: 'order-create',
  version: 1,
  compensatable: {
    'reserve-stock': { domain: 'inventory', by: 'call', input: lines },
    'redeem-coupon': {
      domain: 'coupons',
      by: 'call',
      needed: usesCoupon,
      input: ({ customer, coupon = '', subtotal, discount }): StepInputs['redeem-coupon'] => ({
        customer,
        coupon,
        subtotal,
        discount,
      }),
    },
    'freeze-points': { domain: 'points', by: 'call', needed: usesPoints, input: points },
    'reserve-delivery': { domain: 'logistics', by: 'call', input: delivery },
  },
  pivot: {
    name: 'charge-card',
    domain: 'payments',
    by: 'call',
    needed: (order) => order.total.amount > 0,
    input: ({ customer, total, payment }): StepInputs['charge-card'] => ({
      customer,
      amount: total,
      token: payment.token,
    }),
  },
  retriable: {
    'commit-stock': { domain: 'inventory', by: 'call', input: lines },
    'commit-coupon': {
      domain: 'coupons',
      by: 'call',
      needed: usesCoupon,
      input: ({ customer, coupon = '' }): StepInputs['commit-coupon'] => ({ customer, coupon }),
    },
    'deduct-points': { domain: 'points', by: 'call', needed: usesPoints, input: points },
    'book-delivery': { domain: 'logistics', by: 'call', input: delivery },
  },
})
