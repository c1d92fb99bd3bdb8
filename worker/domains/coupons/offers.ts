/** Reads of the coupons on behalf of customers. */
import { and, gt, lte, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { CustomerId } from '../../../durable-objects/core/ids.ts'
import type { Money } from '../../../durable-objects/core/money.ts'
import type { CouponCheck, CouponOffer } from '../reads.ts'
import { type Coupon, discountOf, refusalToRedeem } from './rules.ts'
import { coupon } from './schema.ts'
import { usesBy } from './store.ts'

const OFFERS_MAX = 50

/** Coupons that this customer could redeem now, the subtotal permitting. */
export async function offersTo(
  db: D1Database,
  customer: CustomerId,
  nowMs: number,
): Promise<CouponOffer[]> {
  const uses = usesBy(sql`${coupon.code}`, sql`${customer}`, sql`${coupon.perCustomerLimit}`)
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

export type CouponQuestion = { customer: CustomerId; code: string; subtotal: Money; nowMs: number }

/** Advice for quotes; what counts is the guard that `redeem-coupon` meets later. */
export async function checksOf(db: D1Database, asked: CouponQuestion[]): Promise<CouponCheck[]> {
  const customer = sql`asked.value ->> 'customer'`
  const uses = usesBy(sql`${coupon.code}`, customer, sql`${coupon.perCustomerLimit}`)
  const rows = await drizzle(db)
    .select({ coupon, uses, question: sql<number>`asked.key` })
    .from(coupon)
    .innerJoin(
      sql`json_each(${JSON.stringify(asked)}) asked`,
      sql`${coupon.code} = asked.value ->> 'code'`,
    )
  const found = new Map(rows.map((row) => [row.question, row]))
  return asked.map((question, index) => checkOf(question, found.get(index)))
}

function checkOf(
  { subtotal, nowMs }: CouponQuestion,
  found: { coupon: Coupon; uses: number } | undefined,
): CouponCheck {
  const refusal = refusalToRedeem(found?.coupon, found?.uses ?? 0, subtotal, nowMs)
  if (refusal !== null || found === undefined) {
    return { ok: false, code: refusal ?? 'coupon-unknown' }
  }
  return { ok: true, discount: discountOf(found.coupon, subtotal) }
}
