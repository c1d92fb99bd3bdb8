/** What the shop knows of its customers' payments. The provider's own ledger is elsewhere. */
import { sql } from 'drizzle-orm'
import { check, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** The charge of one saga. Amounts in minor units. */
export const charge = sqliteTable(
  'charge',
  {
    sagaId: text('saga_id').primaryKey(),
    orderId: text('order_id').notNull(),
    amount: integer('amount').notNull(),
    currency: text('currency').notNull(),
    token: text('token').notNull(),
    status: text('status', { enum: ['calling', 'captured', 'declined', 'void'] }).notNull(),
    /** The nonce of the run that may call the provider, until `callingUntilMs`. */
    calledBy: text('called_by').notNull(),
    callingUntilMs: integer('calling_until_ms').notNull(),
    providerRef: text('provider_ref'),
  },
  (table) => [
    check('charge_amount', sql`${table.amount} >= 0`),
    check('charge_status', sql`${table.status} in ('calling', 'captured', 'declined', 'void')`),
  ],
)

/** Where the next look at the provider's captures goes on. One row, or none: at the newest. */
export const captureWalk = sqliteTable(
  'capture_walk',
  { one: integer('one').primaryKey(), after: text('after') },
  (table) => [check('capture_walk_one', sql`${table.one} = 1`)],
)

export const refund = sqliteTable(
  'refund',
  {
    sagaId: text('saga_id').primaryKey(),
    orderId: text('order_id').notNull(),
    amount: integer('amount').notNull(),
    currency: text('currency').notNull(),
    status: text('status', { enum: ['calling', 'refunded'] }).notNull(),
    providerRef: text('provider_ref'),
  },
  (table) => [
    check('refund_amount', sql`${table.amount} >= 0`),
    check('refund_status', sql`${table.status} in ('calling', 'refunded')`),
  ],
)
