/** Tables of the logistics. The checks are a net: the rules in store.ts refuse first. */
import { sql } from 'drizzle-orm'
import { check, index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

/** Where we deliver: a country (ISO 3166), and the parcels that it takes a day. */
export const region = sqliteTable(
  'region',
  {
    code: text('code').primaryKey(),
    dailyCapacity: integer('daily_capacity').notNull(),
  },
  (table) => [check('region_capacity', sql`${table.dailyCapacity} >= 0`)],
)

/** One day of a region, from the first reservation on. */
export const deliveryDay = sqliteTable(
  'delivery_day',
  {
    region: text('region').notNull(),
    /** `YYYY-MM-DD`. */
    day: text('day').notNull(),
    capacity: integer('capacity').notNull(),
    reserved: integer('reserved').notNull().default(0),
    booked: integer('booked').notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.region, table.day] }),
    check('delivery_day_counts', sql`${table.reserved} >= 0 and ${table.booked} >= 0`),
    check('delivery_day_capacity', sql`${table.reserved} + ${table.booked} <= ${table.capacity}`),
  ],
)

/** The delivery of one order. */
export const delivery = sqliteTable(
  'delivery',
  {
    orderId: text('order_id').primaryKey(),
    region: text('region').notNull(),
    day: text('day').notNull(),
    status: text('status', { enum: ['held', 'booked', 'released'] }).notNull(),
  },
  (table) => [
    index('delivery_open')
      .on(table.orderId)
      .where(sql`${table.status} = 'held'`),
    check('delivery_status', sql`${table.status} in ('held', 'booked', 'released')`),
  ],
)
