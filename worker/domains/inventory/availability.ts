/** How many units can be bought now. */
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import { stock } from './schema.ts'

type Available = { sku: string; available: number }

/** For each list of SKUs, those of it that are known. */
export async function availabilityOf(db: D1Database, lists: string[][]): Promise<Available[][]> {
  const skus = [...new Set(lists.flat())]
  const found = await drizzle(db)
    .select({ sku: stock.sku, available: sql<number>`${stock.onHand} - ${stock.reserved}` })
    .from(stock)
    // One parameter for any number of SKUs: D1 takes no more than 100.
    .where(sql`${stock.sku} in (select value from json_each(${JSON.stringify(skus)}))`)
    .orderBy(stock.sku)
  return lists.map((list) => {
    const asked = new Set(list)
    return found.filter(({ sku }) => asked.has(sku))
  })
}
