/**
 * The tables that every domain has, whatever it is about.
 *
 * An operation goes received → processed or failed, and processed → compensated. A trigger
 * (migration `operation_without_rowid`) refuses any other change. Where the decision needs nothing from
 * outside the database, it is made in the statement that receives the command (ADR 30).
 */
import { sql } from 'drizzle-orm'
import { check, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** One row for each command identity that has an outcome here (M1). */
export const operation = sqliteTable(
  'operation',
  {
    sagaId: text('saga_id').notNull(),
    step: text('step').notNull(),
    direction: text('direction', { enum: ['action', 'compensation'] }).notNull(),
    orderId: text('order_id').notNull(),
    status: text('status', {
      enum: ['received', 'processed', 'failed', 'compensated'],
    }).notNull(),
    /** Why it failed; null otherwise. */
    code: text('code'),
    /** What the reply carries besides, as JSON; null when nothing. */
    output: text('output'),
    /** The nonce of the run that made this row, and so owns its effects. */
    claimedBy: text('claimed_by').notNull(),
    /** W3C trace context of the command that made this row. */
    traceparent: text('traceparent').notNull(),
    /** When the row was made, in milliseconds. */
    atMs: integer('at_ms').notNull(),
    /**
     * Of an action that holds something: when to ask its order about it next, in milliseconds (H1).
     * null where nothing is held, and for holds that are older than leases.
     */
    leaseUntilMs: integer('lease_until_ms'),
  },
  (table) => [
    primaryKey({ columns: [table.sagaId, table.step, table.direction] }),
    check(
      'operation_status',
      sql`${table.status} in ('received', 'processed', 'failed', 'compensated')`,
    ),
    check('operation_direction', sql`${table.direction} in ('action', 'compensation')`),
  ],
)
