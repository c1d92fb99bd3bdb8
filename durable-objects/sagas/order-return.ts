/**
 * What follows when a completed order is returned: the money, the goods, the coupon and the
 * points go back. Nothing can refuse it, so every step is retriable. Delivery was used; its
 * capacity stays booked.
 */
import type { StepInputs } from '../../worker/domains/steps.ts'
import { defineSaga } from '../core/definition.ts'
import type { PlacedOrder } from '../order-rpc.ts'

export const orderReturnV1 = defineSaga<PlacedOrder, StepInputs>()({
  name: 'order-return',
  version: 1,
  retriable: {
    'refund-card': {
      domain: 'payments',
      needed: (order) => order.total.amount > 0,
      input: ({ customer, total }) => ({ customer, amount: total }),
    },
    restock: {
      domain: 'inventory',
      input: ({ lines }) => ({
        lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
      }),
    },
    'give-coupon-back': {
      domain: 'coupons',
      needed: (order) => order.coupon !== undefined,
      input: ({ customer, coupon = '' }) => ({ customer, coupon }),
    },
    'give-points-back': {
      domain: 'points',
      needed: (order) => (order.points ?? 0) > 0,
      input: ({ customer, points = 0 }) => ({ customer, points }),
    },
  },
})
