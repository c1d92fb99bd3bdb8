/** Reads of the coupons on behalf of one customer. */
import { and, eq, gt, lte, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { CustomerId } from '../../../durable-objects/core/ids.ts'
import type { Money } from '../../../durable-objects/core/money.ts'
import type { CouponCheck, CouponOffer } from '../reads.ts'
import { discountOf, refusalToRedeem } from './rules.ts'
import { coupon } from './schema.ts'
import { usesBy } from './store.ts'

const OFFERS_MAX = 50

/** Coupons that this customer could redeem now, the subtotal permitting. */
export async function offersTo(
  db: D1Database,
  customer: CustomerId,
  nowMs: number,
): Promise<CouponOffer[]> {
  const uses = usesBy(sql`${coupon.code}`, sql`${customer}`)
  const rows = await drizzle(db)
    .select()
    .from(coupon)
    .where(
      and(
        lte(coupon.validFromMs, nowMs),
        gt(coupon.validUntilMs, nowMs),
        sql`${coupon.held} + ${coupon.redeemed} < coalesce(${coupon.totalLimit}, 9e15)`,
        sql`${uses} < coalesce(${coupon.perCustomerLimit}, 9e15)`,
      ),
    )
    .orderBy(coupon.code)
    .limit(OFFERS_MAX)
  return rows.map(({ code, percentOff, amountOff, minimumSubtotal, currency, validUntilMs }) => ({
    code,
    percentOff,
    amountOff: { amount: amountOff, currency },
    minimumSubtotal: { amount: minimumSubtotal, currency },
    expiresAt: new Date(validUntilMs).toISOString(),
  }))
}

/** Advice for a quote; what counts is the guard that `redeem-coupon` meets later. */
export async function checkFor(
  db: D1Database,
  asked: { customer: CustomerId; code: string; subtotal: Money; nowMs: number },
): Promise<CouponCheck> {
  const { customer, code, subtotal, nowMs } = asked
  const uses = usesBy(sql`${coupon.code}`, sql`${customer}`)
  const found = await drizzle(db)
    .select({ coupon, uses })
    .from(coupon)
    .where(eq(coupon.code, code))
    .get()
  const refusal = refusalToRedeem(found?.coupon, found?.uses ?? 0, subtotal, nowMs)
  if (refusal !== null || found === undefined) {
    return { ok: false, code: refusal ?? 'coupon-unknown' }
  }
  return { ok: true, discount: discountOf(found.coupon, subtotal) }
}
