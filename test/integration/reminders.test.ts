import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { reminderReportSchema } from '../../worker/api/ops/contract.ts'
import { Customer, asOperator, audit, eventually, fullOrder, goodOrder } from './shop.ts'

const TABLES = ['account', 'hold', 'operation']
type Table = { name: string; rows: Record<string, unknown>[] }

/** All that the points know, to be brought back. */
const takeSnapshot = (): Promise<Table[]> =>
  Promise.all(
    TABLES.map(async (name) => {
      const { results } = await env.TEST_POINTS_DB.prepare(`select * from ${name}`).all()
      return { name, rows: results }
    }),
  )

async function bringBack(tables: Table[]): Promise<void> {
  const db = env.TEST_POINTS_DB
  const emptied = tables.toReversed().map(({ name }) => db.prepare(`delete from ${name}`))
  const filled = tables.flatMap(({ name, rows }) =>
    rows.map((row) => {
      const columns = Object.keys(row)
      const places = columns.map((_, index) => `?${index + 1}`)
      return db
        .prepare(`insert into ${name} (${columns.join(', ')}) values (${places.join(', ')})`)
        .bind(...Object.values(row))
    }),
  )
  await db.batch([...emptied, ...filled])
}

/** The order and the return of one customer may be on two pages; three orders with one return are on one, and it is full. */
const SAGAS_REMINDED = 4

/** Walks over the orders that have moved since, to the page that has none. */
async function remind(since: string) {
  const sum = { orders: 0, done: 0, refused: 0, failed: 0 }
  let next: string | null = null
  do {
    const body: object = { since, limit: SAGAS_REMINDED, ...(next === null ? {} : { after: next }) }
    const response = await asOperator('/api/ops/domains/points/reminders', {
      method: 'POST',
      body: JSON.stringify(body),
    })
    const report = reminderReportSchema.parse(await response.json())
    sum.orders += report.orders
    sum.done += report.done
    sum.refused += report.refused.length
    sum.failed += report.failed
    next = report.next
  } while (next !== null)
  return sum
}

it('a domain whose database was brought back has done all of it again, once it is reminded', async () => {
  const customer = await Customer.arrive()
  await customer.settled((await customer.order(goodOrder)).id)
  // The order has settled in this millisecond, or before.
  const since = new Date(Date.now() + 1).toISOString()
  const before = await takeSnapshot()

  const bought = await customer.order({ ...fullOrder, points: 100 })
  await customer.settled(bought.id)
  const declined = await customer.order({
    ...goodOrder,
    points: 50,
    payment: { token: 'tok_declined' },
  })
  await customer.settled(declined.id)
  const returned = await customer.order({ ...goodOrder, points: 30 })
  await customer.settled(returned.id)
  await customer.request(`/api/orders/${returned.id}/return`, { method: 'POST' })
  await customer.settled(returned.id)
  const balance = await env.POINTS.balance(customer.id)
  expect(balance).toEqual({ available: 400, frozen: 0 })
  await eventually(audit, ({ ok, counts }) => ok && counts.logBehind === 0)

  await bringBack(before)
  expect(await env.POINTS.balance(customer.id)).toEqual({ available: 500, frozen: 0 })
  expect((await audit()).violations).toMatchObject([
    { domain: 'points', law: 'final-if-and-only-if-completed', subject: bought.id },
  ])

  // Frozen and deducted; given back; frozen, deducted and given back.
  expect(await remind(since)).toEqual({ orders: 3, done: 6, refused: 0, failed: 0 })
  expect(await env.POINTS.balance(customer.id)).toEqual(balance)
  expect((await audit()).violations).toEqual([])

  // Once more, when nothing is forgotten.
  expect(await remind(since)).toMatchObject({ orders: 3, done: 6 })
  expect(await env.POINTS.balance(customer.id)).toEqual(balance)
})
