/** The sandbox's ledger: what a card network would hold. The primary keys enforce V1. */
import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const ledgerCharge = sqliteTable(
  'ledger_charge',
  {
    key: text('key').primaryKey(),
    /** null when the key was voided before any call. */
    orderId: text('order_id'),
    amount: integer('amount').notNull(),
    currency: text('currency').notNull(),
    status: text('status', { enum: ['captured', 'declined', 'voided'] }).notNull(),
    reference: text('reference').notNull(),
    /** Before this instant the provider says `pending`, in milliseconds. */
    visibleAtMs: integer('visible_at_ms').notNull(),
  },
  (table) => [
    index('ledger_charge_by_order').on(table.orderId),
    check('ledger_charge_status', sql`${table.status} in ('captured', 'declined', 'voided')`),
  ],
)

export const ledgerRefund = sqliteTable(
  'ledger_refund',
  {
    key: text('key').primaryKey(),
    chargeKey: text('charge_key').notNull(),
    amount: integer('amount').notNull(),
    reference: text('reference').notNull(),
  },
  (table) => [
    index('ledger_refund_by_charge').on(table.chargeKey),
    check('ledger_refund_amount', sql`${table.amount} >= 0`),
  ],
)
