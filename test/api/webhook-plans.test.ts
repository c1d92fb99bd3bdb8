/** How deliveries are read once an endpoint has heard of a year's orders. */
import { beforeAll, describe, expect, it } from 'vitest'
import { listDeliveries, replayDead } from '../../worker/webhooks/delivery-store.ts'
import { claimDeliveries, takeDue } from '../../worker/webhooks/store.ts'
import { useDatabases } from './support/databases.ts'
import { plansIn } from './support/plans.ts'

const databases = useDatabases()
const ENDPOINT = 'we_1'
const DELIVERIES = 2_000

const REGISTER = `
  insert into webhook_endpoint (id, url, events, secret, status, created_at_ms, changed_at_ms,
    changed_by, change_reason)
  values ('${ENDPOINT}', 'https://erp.example.com', '[]', '', 'active', 0, 0, '', '')`
const FILL = `
  with recursive n(i) as (select 0 union all select i + 1 from n where i < ${DELIVERIES - 1})
  insert into webhook_delivery (endpoint_id, event_id, type, order_id, payload, created_at_ms,
    attempt, next_at_ms, status)
  select '${ENDPOINT}', 'event_' || i, 'order.confirmed', null, '{}', i, 1, i,
    case i when 7 then 'dead' when 9 then 'pending' else 'delivered' end
  from n`

beforeAll(async () => {
  const { sagaLog } = databases()
  await sagaLog.batch([REGISTER, FILL].map((text) => sagaLog.prepare(text)))
})

const plansOf = (read: (database: D1Database) => Promise<unknown>): Promise<string[]> =>
  plansIn(databases().sagaLog, read)

describe('the deliveries of an endpoint', () => {
  it.each([
    [undefined, 'webhook_delivery_newest'],
    ['delivered', 'webhook_delivery_newest'],
    ['dead', 'webhook_delivery_dead'],
    ['pending', 'webhook_delivery_due'],
  ] as const)('that are %s are found by %s', async (status, index) => {
    const query = status === undefined ? { limit: 20 } : { status, limit: 20 }
    const [first = ''] = await plansOf((database) => listDeliveries(database, ENDPOINT, query))
    expect(first).toContain(`USING INDEX ${index} `)
    const { deliveries } = await listDeliveries(databases().sagaLog, ENDPOINT, query)
    expect(deliveries).not.toHaveLength(0)
    const found = new Set(deliveries.map((delivery) => delivery.status))
    if (status) expect(found).toEqual(new Set([status]))
  })

  it.each<[what: string, ask: (database: D1Database) => Promise<unknown>]>([
    ['what is due', (database) => takeDue(database, 1)],
    [
      'what is dead',
      (database) => replayDead(database, ENDPOINT, { by: 'Ann', reason: 'well' }, 1),
    ],
    [
      'what a message names',
      (database) =>
        claimDeliveries(
          database,
          [{ v: 1, endpointId: ENDPOINT, eventId: 'event_9', attempt: 9 }],
          1,
        ),
    ],
  ])('%s is changed without a look at the others', async (_what, ask) => {
    const plan = await plansOf(ask)
    expect(plan.filter((detail) => /SCAN webhook_delivery|delivery_newest/.test(detail))).toEqual(
      [],
    )
  })
})
