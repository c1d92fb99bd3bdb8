/** Why an order came to nothing, and what of it is given back, in words. */
import type { Failure } from '../../worker/api/contract.ts'
import { isCurrency } from '../../worker/api/markets.ts'
import type { SagaState, StepState } from '../core/saga-state.ts'
import type { PlacedOrder } from '../order-rpc.ts'

/** By permanent code. A code that is missing here still has its step's domain to say. */
export const TITLES: Record<string, string> = {
  cancelled: 'You cancelled the order.',
  'stopped-by-operator': 'We stopped the order.',
  'deadline-exceeded': 'A service took too long to answer.',
  'domain-unavailable': 'A service that the order needs is out of order.',
  'card-declined': 'The card was declined.',
  'out-of-stock': 'Something in the basket was sold out in the meantime.',
  'unknown-sku': 'Something in the basket is not sold any more.',
  'coupon-unknown': 'The coupon does not exist.',
  'coupon-expired': 'The coupon has expired.',
  'coupon-used-up': 'The coupon was used up in the meantime.',
  'coupon-already-used': 'You have used this coupon before.',
  'coupon-minimum-not-met': 'The basket is below the minimum of the coupon.',
  'coupon-other-currency': 'The coupon counts in another currency.',
  'not-enough-points': 'There are not enough points on your account.',
  'no-capacity': 'The delivery day was booked out in the meantime.',
  'unknown-region': 'We do not deliver to this country.',
}
const TITLE_OTHERWISE = 'A service refused the order.'

export function failureOf(saga: SagaState, agreed: PlacedOrder): Failure | undefined {
  if (!saga.failure) return undefined
  const { code, step } = saga.failure
  const { currency } = agreed.total
  return {
    code,
    title: TITLES[code] ?? TITLE_OTHERWISE,
    ...(step ? { step } : {}),
    released: [...saga.steps.values()].flatMap((state) => released(state, agreed)),
    original: {
      ...(isCurrency(currency) ? { currency } : {}),
      lines: agreed.lines.map(({ sku, quantity }) => ({ sku, quantity })),
      ...(agreed.coupon === undefined ? {} : { coupon: agreed.coupon }),
      ...(agreed.points === undefined ? {} : { points: agreed.points }),
      delivery: { day: agreed.delivery.day },
      total: agreed.total,
    },
  }
}

function released(step: StepState, agreed: PlacedOrder): Failure['released'] {
  const held = heldBy(step.plan.name, agreed)
  // A compensation that was given up gives nothing back.
  if (!held || ['waiting', 'rejected', 'skipped'].includes(step.status)) return []
  return [{ ...held, state: step.status === 'compensated' ? 'released' : 'releasing' }]
}

function heldBy(
  step: string,
  agreed: PlacedOrder,
): Pick<Failure['released'][number], 'domain' | 'amount'> | undefined {
  switch (step) {
    case 'reserve-stock': {
      const units = agreed.lines.reduce((sum, line) => sum + line.quantity, 0)
      return { domain: 'inventory', amount: String(units) }
    }
    case 'redeem-coupon':
      return { domain: 'coupons', amount: agreed.coupon ?? '' }
    case 'freeze-points':
      return { domain: 'points', amount: String(agreed.points ?? 0) }
    case 'reserve-delivery':
      return { domain: 'logistics', amount: agreed.delivery.day }
    default:
      return undefined
  }
}
