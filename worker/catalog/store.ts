/** Reads of the catalogue. A product without a price in a currency is not sold in it. */
import { asc, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { price, product, productText } from './schema.ts'

/** Each product once for each of its prices, one after the other. */
export function listPrices(database: D1Database) {
  return drizzle(database)
    .select({
      sku: product.sku,
      title: product.title,
      description: product.description,
      category: product.category,
      image: product.image,
      amount: price.amount,
      currency: price.currency,
    })
    .from(product)
    .innerJoin(price, eq(price.sku, product.sku))
    .orderBy(asc(product.position), asc(product.sku), asc(price.currency))
    .all()
}

export const listTexts = (database: D1Database) =>
  drizzle(database).select().from(productText).orderBy(asc(productText.language)).all()

// Text, and no query builder: it is made anew for each order, and building costs more than running.
const BY_SKU = `
  select product.sku, product.title, price.amount from product
  join price on price.sku = product.sku and price.currency = ?1
  where product.sku in (select value from json_each(?2))`

/**
 * Unknown SKUs are left out.
 *
 * Not shared as the domains' reads are: the test pool runs the main Worker without promises that one
 * request resolves for another.
 */
export async function productsBySku(database: D1Database, currency: string, skus: string[]) {
  const { results } = await database
    .prepare(BY_SKU)
    .bind(currency, JSON.stringify(skus))
    .all<{ sku: string; title: string; amount: number }>()
  return new Map(results.map(({ sku, ...found }) => [sku, found]))
}
