/** The catalogue's own database: what is sold, its texts, and its price in each currency. */
import { integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const product = sqliteTable('product', {
  sku: text().primaryKey(),
  title: text().notNull(),
  description: text().notNull(),
  category: text().notNull(),
  /** Path of the picture on this origin. */
  image: text().notNull(),
  /** Place in the catalogue, from the top. */
  position: integer().notNull(),
})

/** In other languages than English. */
export const productText = sqliteTable(
  'product_text',
  {
    sku: text()
      .notNull()
      .references(() => product.sku),
    /** BCP 47, as the page names it. */
    language: text().notNull(),
    title: text().notNull(),
    description: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.sku, table.language] })],
)

export const price = sqliteTable(
  'price',
  {
    sku: text()
      .notNull()
      .references(() => product.sku),
    currency: text().notNull(),
    /** Minor units. */
    amount: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.sku, table.currency] })],
)
