/** What a coupon gives and to whom, without a database. `store.ts` refuses the same in SQL. */
import * as z from 'zod'
import type { Money } from '../../../durable-objects/core/money.ts'
import { customerSchema, moneySchema } from '../inputs.ts'
import type { CouponRejection } from '../reads.ts'
import type { StepInputs } from '../steps.ts'

const couponSchema = z.string().min(1).max(40)

export const redeemSchema = z.object({
  customer: customerSchema,
  coupon: couponSchema,
  subtotal: moneySchema,
  discount: moneySchema,
}) satisfies z.ZodType<StepInputs['redeem-coupon']>

export const redeemedSchema = z.object({
  customer: customerSchema,
  coupon: couponSchema,
}) satisfies z.ZodType<StepInputs['commit-coupon']>

export type Coupon = {
  percentOff: number
  amountOff: number
  currency: string
  minimumSubtotal: number
  validFromMs: number
  validUntilMs: number
  totalLimit: number | null
  perCustomerLimit: number | null
  held: number
  redeemed: number
}

/** Why this customer cannot redeem this coupon now, or null; `uses` are the customer's own. */
export function refusalToRedeem(
  coupon: Coupon | undefined,
  uses: number,
  subtotal: Money,
  nowMs: number,
): CouponRejection | null {
  if (coupon === undefined) return 'coupon-unknown'
  if (nowMs < coupon.validFromMs || nowMs >= coupon.validUntilMs) return 'coupon-expired'
  if (!countsIn(coupon, subtotal.currency)) return 'coupon-other-currency'
  if (subtotal.amount < coupon.minimumSubtotal) return 'coupon-minimum-not-met'
  if (coupon.perCustomerLimit !== null && uses >= coupon.perCustomerLimit) {
    return 'coupon-already-used'
  }
  if (coupon.totalLimit !== null && coupon.held + coupon.redeemed >= coupon.totalLimit) {
    return 'coupon-used-up'
  }
  return null
}

/** A coupon that names an amount of money says nothing about other currencies. */
function countsIn(coupon: Coupon, currency: string): boolean {
  const namesAnAmount = coupon.minimumSubtotal > 0 || coupon.amountOff > 0
  return !namesAnAmount || currency === coupon.currency
}

/** What the coupon takes off: whole minor units, rounded down, never more than there is. */
export function discountOf(coupon: Coupon, subtotal: Money): Money {
  const amount =
    coupon.percentOff > 0
      ? Math.floor((subtotal.amount * coupon.percentOff) / 100)
      : Math.min(coupon.amountOff, subtotal.amount)
  return { amount, currency: subtotal.currency }
}
