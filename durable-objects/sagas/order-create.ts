/**
 * The order saga, in two versions: four holds, the card, then the holds made final.
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

const holds = {
  'reserve-stock': { domain: 'inventory', by: 'call', input: lines },
  'redeem-coupon': {
    domain: 'coupons',
    by: 'call',
    needed: usesCoupon,
    input: ({
      customer,
      coupon = '',
      subtotal,
      discount,
    }: PlacedOrder): StepInputs['redeem-coupon'] => ({
      customer,
      coupon,
      subtotal,
      discount,
    }),
  },
  'freeze-points': { domain: 'points', by: 'call', needed: usesPoints, input: points },
  'reserve-delivery': { domain: 'logistics', by: 'call', input: delivery },
} as const

const charge = {
  name: 'charge-card',
  domain: 'payments',
  by: 'call',
  needed: (order: PlacedOrder) => order.total.amount > 0,
  input: ({ customer, total, payment }: PlacedOrder): StepInputs['charge-card'] => ({
    customer,
    amount: total,
    token: payment.token,
  }),
} as const

const commits = {
  'commit-stock': { domain: 'inventory', by: 'call', input: lines },
  'commit-coupon': {
    domain: 'coupons',
    by: 'call',
    needed: usesCoupon,
    input: ({ customer, coupon = '' }: PlacedOrder): StepInputs['commit-coupon'] => ({
      customer,
      coupon,
    }),
  },
  'deduct-points': { domain: 'points', by: 'call', needed: usesPoints, input: points },
  'book-delivery': { domain: 'logistics', by: 'call', input: delivery },
} as const

export const orderCreateV1 = defineSaga<PlacedOrder, StepInputs>()({
  name: 'order-create',
  version: 1,
  compensatable: holds,
  pivot: charge,
  retriable: commits,
})

/**
 * Holds stock first, and the rest only once there is some: what is sold out has nothing to give back. It takes a
 * round trip more. New orders begin on it as far as a rollout says so.
 */
export const orderCreateV2 = defineSaga<PlacedOrder, StepInputs>()({
  name: 'order-create',
  version: 2,
  compensatable: {
    'reserve-stock': holds['reserve-stock'],
    'redeem-coupon': { ...holds['redeem-coupon'], after: ['reserve-stock'] },
    'freeze-points': { ...holds['freeze-points'], after: ['reserve-stock'] },
    'reserve-delivery': { ...holds['reserve-delivery'], after: ['reserve-stock'] },
  },
  pivot: charge,
  retriable: commits,
})
