/** Reads of the catalogue. A product without a price in the currency is not sold in it. */
import { and, asc, eq, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { SharedReads } from '../domains/shared-reads.ts'
import type { Lifetime } from '../domains/turns.ts'
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

type Asked = { currency: string; skus: string[] }
type Products = Map<string, { title: string; amount: number }>

/** For each question, by SKU; unknown SKUs are left out. */
async function productsOf(database: D1Database, asked: Asked[]): Promise<Products[]> {
  const skus = [...new Set(asked.flatMap((it) => it.skus))]
  const rows = await drizzle(database)
    .select({
      sku: product.sku,
      title: product.title,
      amount: price.amount,
      currency: price.currency,
    })
    .from(product)
    .innerJoin(price, eq(price.sku, product.sku))
    // One parameter for any number of SKUs: D1 takes no more than 100.
    .where(sql`${product.sku} in (select value from json_each(${JSON.stringify(skus)}))`)
  return asked.map(({ currency, skus: wanted }) => {
    const found = rows.filter((row) => row.currency === currency && wanted.includes(row.sku))
    return new Map(found.map(({ sku, title, amount }) => [sku, { title, amount }]))
  })
}

const products = new SharedReads(productsOf)

/** By SKU; unknown ones are left out. */
export const productsBySku = (
  database: D1Database,
  lifetime: Lifetime,
  currency: string,
  skus: string[],
): Promise<Products> => products.ask({ currency, skus }, database, lifetime)
