/** Tables of the inventory. The checks are a net: the rules in store.ts refuse first. */
import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Units of one SKU. Available is `on_hand - reserved`. */
export const stock = sqliteTable(
  'stock',
  {
    sku: text('sku').primaryKey(),
    /** All units that ever came in. */
    received: integer('received').notNull(),
    /** Units in the warehouse, reserved ones included. */
    onHand: integer('on_hand').notNull(),
    reserved: integer('reserved').notNull().default(0),
    sold: integer('sold').notNull().default(0),
  },
  (table) => [
    check('stock_reserved', sql`${table.reserved} between 0 and ${table.onHand}`),
    check('stock_sold', sql`${table.sold} >= 0`),
    check('stock_received', sql`${table.received} = ${table.onHand} + ${table.sold}`),
  ],
)

/** What an order holds or has bought of one SKU. */
export const reservation = sqliteTable(
  'reservation',
  {
    orderId: text('order_id').notNull(),
    sku: text('sku').notNull(),
    quantity: integer('quantity').notNull(),
    status: text('status', { enum: ['held', 'sold', 'released', 'returned'] }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.sku] }),
    index('reservation_open')
      .on(table.orderId)
      .where(sql`${table.status} = 'held'`),
    check('reservation_quantity', sql`${table.quantity} > 0`),
    check('reservation_status', sql`${table.status} in ('held', 'sold', 'released', 'returned')`),
  ],
)
