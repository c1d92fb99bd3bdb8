/** What the laws see, and what it takes to look. */
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import { laws as ofCoupons } from '../../worker/domains/coupons/store.ts'
import { laws as ofInventory } from '../../worker/domains/inventory/store.ts'
import type { Law } from '../../worker/domains/laws.ts'
import { laws as ofLogistics } from '../../worker/domains/logistics/store.ts'
import { laws as ofPayments } from '../../worker/domains/payments/laws.ts'
import { laws as ofPoints } from '../../worker/domains/points/store.ts'
import { compile } from '../../worker/domains/statement.ts'
import { newOrderId } from '../support/commands.ts'
import { domainNamed, violations } from './domains.ts'
import { outcomes } from './queue.ts'

const TABLES = {
  inventory: 'reservation',
  coupons: 'redemption',
  points: 'hold',
  logistics: 'delivery',
} as const

it.each(Object.entries(TABLES))('%s: an action without its hold is found', async (name, table) => {
  const domain = domainNamed(name)
  const order = newOrderId()
  await outcomes(domain.queue, [(await domain.open(5)).hold(order)])
  expect(await violations(domain)).toEqual([])
  await domain.db.prepare(`delete from ${table} where order_id = ?1`).bind(order).run()
  expect(await violations(domain)).toContainEqual({
    domain: name,
    law: 'a hold stands if and only if its action is processed',
    subject: order,
    detail: 'no hold, processed',
  })
})

it.each(Object.keys(TABLES))('%s: a compensation that only said so is found', async (name) => {
  const domain = domainNamed(name)
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

const ALL: [string, D1Database, Law[]][] = [
  ['inventory', env.INVENTORY_DB, ofInventory],
  ['coupons', env.COUPONS_DB, ofCoupons],
  ['points', env.POINTS_DB, ofPoints],
  ['logistics', env.LOGISTICS_DB, ofLogistics],
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
