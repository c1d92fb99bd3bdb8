/** Tables of the loyalty points. The checks are a net: the rules in store.ts refuse first. */
import { sql } from 'drizzle-orm'
import { check, index, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const account = sqliteTable(
  'account',
  {
    customer: text('customer').primaryKey(),
    /** All points that were ever given. */
    granted: integer('granted').notNull(),
    available: integer('available').notNull(),
    frozen: integer('frozen').notNull().default(0),
    spent: integer('spent').notNull().default(0),
  },
  (table) => [
    check(
      'account_not_below_zero',
      sql`${table.available} >= 0 and ${table.frozen} >= 0 and ${table.spent} >= 0`,
    ),
    check(
      'account_granted',
      sql`${table.granted} = ${table.available} + ${table.frozen} + ${table.spent}`,
    ),
  ],
)

/** The points of one order. */
export const hold = sqliteTable(
  'hold',
  {
    orderId: text('order_id').primaryKey(),
    customer: text('customer').notNull(),
    points: integer('points').notNull(),
    status: text('status', { enum: ['held', 'spent', 'released', 'returned'] }).notNull(),
  },
  (table) => [
    index('hold_open')
      .on(table.orderId)
      .where(sql`${table.status} = 'held'`),
    check('hold_points', sql`${table.points} > 0`),
    check('hold_status', sql`${table.status} in ('held', 'spent', 'released', 'returned')`),
  ],
)
