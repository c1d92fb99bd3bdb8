/** Endpoints that have heard of more than D1 deletes in one statement. */
import { beforeEach, expect, it, vi } from 'vitest'
import { DELIVERIES_PER_PART, removeEndpoint } from '../../worker/webhooks/endpoint-store.ts'
import { useDatabases } from './support/databases.ts'
import { WebhookShop, by } from './support/webhook-shop.ts'

vi.spyOn(console, 'log').mockImplementation(() => {})

const URL = 'https://erp.example.com/hooks'
const databases = useDatabases()
let shop: WebhookShop
beforeEach(async () => {
  shop = new WebhookShop(databases())
  await databases().sagaLog.exec('delete from webhook_endpoint')
  await databases().sagaLog.exec('delete from webhook_delivery')
})

/** So many, long ago. */
async function heardOf(id: string, deliveries: number): Promise<void> {
  await databases()
    .sagaLog.prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?2)
       insert into webhook_delivery (endpoint_id, event_id, type, payload, created_at_ms, attempt,
         next_at_ms, status)
       select ?1, 'event_' || i, 'order.confirmed', '{}', i, 1, i, 'delivered' from n`,
    )
    .bind(id, deliveries)
    .run()
}

it('an endpoint is forgotten with what it heard of, in parts that D1 takes, and others keep theirs', async () => {
  const { id } = await shop.register(URL)
  const other = await shop.register(`${URL}/other`)
  await heardOf(id, 2 * DELIVERIES_PER_PART + 1)
  await heardOf(other.id, 3)
  const { sagaLog } = databases()
  const prepare = vi.spyOn(sagaLog, 'prepare')
  const removed = await shop.ask(`DELETE /api/ops/webhooks/${id}?by=Ann&reason=moved`)
  expect(removed.status).toBe(204)
  const texts = prepare.mock.calls.map(([text]) => text)
  expect(texts.filter((text) => /delete from webhook_delivery/.test(text))).toHaveLength(3)
  prepare.mockRestore()
  const { results } = await sagaLog.prepare('select endpoint_id from webhook_delivery').all()
  expect(results).toEqual(Array.from({ length: 3 }, () => ({ endpoint_id: other.id })))
})

it('one that heard of more than a request can forget is left alone meanwhile, and the next request goes on', async () => {
  const { id } = await shop.register(URL)
  await heardOf(id, 2 * DELIVERIES_PER_PART)
  const { sagaLog } = databases()
  expect(await removeEndpoint(sagaLog, id, by, 1, 1)).toBe('unfinished')
  expect(await (await shop.ask(`GET /api/ops/webhooks/${id}`)).json()).toMatchObject({
    status: 'gone',
    changed: by,
  })
  expect(await removeEndpoint(sagaLog, id, by, 2, 2)).toBe('removed')
  expect(await removeEndpoint(sagaLog, id, by, 3, 2)).toBe('not-found')
  const { results } = await sagaLog.prepare('select * from webhook_delivery').all()
  expect(results).toEqual([])
})
