/**
 * What the domains' own databases say of the orders, whoever placed them: each cell must have
 * changed them by exactly its orders.
 */
import type { Kind } from './basket.ts'
import type { Stand } from './stand.ts'

/** Rows by `<database> <status>`. */
export type Books = Record<string, number>

const TABLES = [
  { database: 'inventory', table: 'reservation' },
  { database: 'coupons', table: 'redemption' },
  { database: 'points', table: 'hold' },
  { database: 'logistics', table: 'delivery' },
  { database: 'payments-provider', table: 'ledger_charge' },
] as const

const ENTRIES: Record<Kind, string[]> = {
  good: [
    'inventory sold',
    'coupons used',
    'points spent',
    'logistics booked',
    'payments-provider captured',
  ],
  declined: [
    'inventory released',
    'coupons released',
    'points released',
    'logistics released',
    'payments-provider declined',
  ],
}

export async function readBooks(stand: Stand): Promise<Books> {
  const read = TABLES.map(async ({ database, table }) => {
    const db = await stand.database(`edge-saga-${database}`)
    const { results } = await db
      .prepare(`select status, count(*) as rows from ${table} group by status`)
      .all<{ status: string; rows: number }>()
    return results.map(({ status, rows }): [string, number] => [`${database} ${status}`, rows])
  })
  return Object.fromEntries((await Promise.all(read)).flat())
}

/** Where the books are not what `orders` of this kind must have made of them; null: none at all. */
export function discrepancies(
  before: Books,
  after: Books,
  kind: Kind | null,
  orders: number,
): string[] {
  const entries = kind === null ? [] : ENTRIES[kind]
  const names = new Set([...Object.keys(before), ...Object.keys(after), ...entries])
  return [...names].toSorted().flatMap((name) => {
    const changed = (after[name] ?? 0) - (before[name] ?? 0)
    const expected = entries.includes(name) ? orders : 0
    return changed === expected ? [] : [`${name}: ${changed} instead of ${expected}`]
  })
}
