/** What customers have. */
import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { CustomerId } from '../../../durable-objects/core/ids.ts'
import { account } from './schema.ts'

type Balance = { available: number; frozen: number }

const NOTHING: Balance = { available: 0, frozen: 0 }

/** For each customer, in their order; who has no account has nothing. */
export async function balancesOf(db: D1Database, customers: CustomerId[]): Promise<Balance[]> {
  const rows = await drizzle(db)
    .select({
      customer: account.customer,
      available: account.available,
      frozen: account.frozen,
    })
    .from(account)
    .where(sql`${account.customer} in (select value from json_each(${JSON.stringify(customers)}))`)
  const found = new Map(rows.map(({ customer, ...balance }) => [customer, balance]))
  return customers.map((customer) => found.get(customer) ?? NOTHING)
}
