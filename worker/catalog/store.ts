/** Reads of the catalogue. A product without a price in the currency is not sold in it. */
import { and, asc, eq, inArray } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { price, product } from './schema.ts'

export function listProducts(database: D1Database, currency: string) {
  return drizzle(database)
    .select({
      sku: product.sku,
      title: product.title,
      description: product.description,
      category: product.category,
      image: product.image,
      amount: price.amount,
    })
    .from(product)
    .innerJoin(price, and(eq(price.sku, product.sku), eq(price.currency, currency)))
    .orderBy(asc(product.position), asc(product.sku))
    .all()
}

/**
 * Unknown SKUs are left out. At most 98 of them: D1 binds 100 values.
 *
 * Not shared as the domains' reads are: the test pool runs the main Worker without promises that one
 * request resolves for another.
 */
export async function productsBySku(database: D1Database, currency: string, skus: string[]) {
  const rows = await drizzle(database)
    .select({ sku: product.sku, title: product.title, amount: price.amount })
    .from(product)
    .innerJoin(price, and(eq(price.sku, product.sku), eq(price.currency, currency)))
    .where(inArray(product.sku, skus))
    .all()
  return new Map(rows.map(({ sku, ...found }) => [sku, found]))
}
