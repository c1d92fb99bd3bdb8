/** As few-rows-plans.test.ts has it, at the domains: what a command answers is looked up by key. */
import { readFileSync, readdirSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { steps as coupons } from '../../worker/domains/coupons/store.ts'
import { steps as inventory } from '../../worker/domains/inventory/store.ts'
import { steps as logistics } from '../../worker/domains/logistics/store.ts'
import { chargeClaim, refundClaim, voidClaim } from '../../worker/domains/payments/store.ts'
import { steps as points } from '../../worker/domains/points/store.ts'

const FILL = `
  insert into operation (saga_id, step, direction, order_id, status, claimed_by, traceparent, at_ms)
  select value, 'step', 'action', value, 'processed', '', '', 0
  from json_each('[1,2,3,4,5,6,7,8,9,10]')`

function triedDatabase(domain: string): DatabaseSync {
  const database = new DatabaseSync(':memory:')
  const folder = new URL(`../../migrations/${domain}/`, import.meta.url).pathname
  for (const file of readdirSync(folder).toSorted()) {
    if (file.endsWith('.sql')) database.exec(readFileSync(`${folder}${file}`, 'utf8'))
  }
  database.exec(FILL)
  database.exec('analyze')
  return database
}

const groupsOf = (steps: typeof inventory) =>
  Object.values(steps).flatMap(({ action, compensation }) => [
    action,
    ...(compensation ? [compensation] : []),
  ])

it.each([
  ['inventory', groupsOf(inventory)],
  ['coupons', groupsOf(coupons)],
  ['points', groupsOf(points)],
  ['logistics', groupsOf(logistics)],
  ['payments', [chargeClaim, refundClaim, voidClaim]],
])(
  '%s: no command goes through all operations, though SQLite thinks that they are few',
  (domain, groups) => {
    const database = triedDatabase(domain)
    const plan = groups
      .flatMap(({ statements }) => statements)
      .flatMap((text) => database.prepare(`explain query plan ${text}`).all('[]'))
      .map(({ detail }) => String(detail))
    expect(plan.join('\n')).toContain('SEARCH operation')
    expect(plan.filter((detail) => detail.startsWith('SCAN operation'))).toEqual([])
  },
)
