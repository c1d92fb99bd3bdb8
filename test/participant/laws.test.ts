/** What the laws see, and what it takes to look. */
import { env } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { type Law, violationsOf } from '../../worker/domains/laws.ts'
import { laws as ofPayments } from '../../worker/domains/payments/laws.ts'
import { compile } from '../../worker/domains/statement.ts'
import { newOrderId } from '../support/commands.ts'
import { holdDomains, violations } from './domains.ts'
import { outcomes } from './queue.ts'

it.each(holdDomains)('$name: an action without its hold is found', async (domain) => {
  const { table } = domain.store.holds
  const order = newOrderId()
  await outcomes(domain.queue, [(await domain.open(5)).hold(order)])
  expect(await violations(domain)).toEqual([])
  await domain.db.prepare(`delete from ${table} where order_id = ?1`).bind(order).run()
  expect(await violations(domain)).toContainEqual({
    domain: domain.name,
    law: 'a hold stands if and only if its action is processed',
    subject: order,
    detail: 'no hold, processed',
  })
})

it.each(holdDomains)('$name: a compensation that only said so is found', async (domain) => {
  const store = await domain.open(5)
  const order = newOrderId()
  await outcomes(domain.queue, [store.hold(order)])
  await domain.db
    .prepare(
      `insert into operation
         (saga_id, step, direction, order_id, status, claimed_by, traceparent, at_ms)
       select saga_id, step, 'compensation', order_id, 'processed', claimed_by, traceparent, at_ms
       from operation where saga_id = ?1`,
    )
    .bind(order)
    .run()
  expect(await violations(domain)).toContainEqual(
    expect.objectContaining({
      law: 'an action whose compensation is processed is not processed',
      subject: expect.stringContaining(order),
    }),
  )
})

const ALL: [string, D1Database, readonly Law[]][] = [
  ...holdDomains.map(({ name, db, store }): [string, D1Database, readonly Law[]] => [
    name,
    db,
    store.laws,
  ]),
  ['payments', env.PAYMENTS_DB, ofPayments],
]

it.each(ALL)('%s: no law goes through a table for each row of another', async (_, db, laws) => {
  for (const { law, broken } of laws) {
    const { results } = await db
      .prepare(`explain query plan ${compile(broken)}`)
      .all<{ detail: string }>()
    const inner = results.filter(({ detail }) => /^RIGHT-JOIN|^SCAN .*JOIN$/.test(detail))
    expect(inner, law).toEqual([])
  }
})

it('a breach may be told by its number', async () => {
  const broken = sql`select 1 as subject, '2 <> 3' as detail`
  expect(await violationsOf(env.POINTS_DB, 'points', [{ law: 'counted', broken }])).toEqual([
    { domain: 'points', law: 'counted', subject: '1', detail: '2 <> 3' },
  ])
})
