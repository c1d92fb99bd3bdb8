/** Tables of the coupons. The checks are a net: the rules in store.ts refuse first. */
import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const coupon = sqliteTable(
  'coupon',
  {
    code: text('code').primaryKey(),
    percentOff: integer('percent_off').notNull().default(0),
    /** Minor units of `currency`. */
    amountOff: integer('amount_off').notNull().default(0),
    currency: text('currency').notNull(),
    minimumSubtotal: integer('minimum_subtotal').notNull().default(0),
    /** From this instant on, and until before that one, in milliseconds. */
    validFromMs: integer('valid_from_ms').notNull(),
    validUntilMs: integer('valid_until_ms').notNull(),
    /** null: no limit. */
    totalLimit: integer('total_limit'),
    perCustomerLimit: integer('per_customer_limit'),
    held: integer('held').notNull().default(0),
    redeemed: integer('redeemed').notNull().default(0),
  },
  (table) => [
    check('coupon_one_discount', sql`(${table.percentOff} > 0) <> (${table.amountOff} > 0)`),
    check('coupon_percent', sql`${table.percentOff} between 0 and 100`),
    check('coupon_counts', sql`${table.held} >= 0 and ${table.redeemed} >= 0`),
    check(
      'coupon_total_limit',
      sql`${table.totalLimit} is null or ${table.held} + ${table.redeemed} <= ${table.totalLimit}`,
    ),
  ],
)

/** What became of the coupon of one order. */
export const redemption = sqliteTable(
  'redemption',
  {
    orderId: text('order_id').primaryKey(),
    code: text('code').notNull(),
    customer: text('customer').notNull(),
    status: text('status', { enum: ['held', 'used', 'released', 'returned'] }).notNull(),
  },
  (table) => [
    index('redemption_by_customer').on(table.customer, table.code),
    index('redemption_open')
      .on(table.orderId)
      .where(sql`${table.status} = 'held'`),
    check('redemption_status', sql`${table.status} in ('held', 'used', 'released', 'returned')`),
  ],
)
