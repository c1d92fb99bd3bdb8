/** Orders that the saga log lets go: what their objects, operators and shoppers still have of them. */
import { env } from 'cloudflare:workers'
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { describe, expect, it } from 'vitest'
import { sagaDetailSchema } from '../../worker/api/ops/contract.ts'
import { prune } from '../../worker/saga-log/retention.ts'
import { sweep } from '../../worker/sweep.ts'
import { atRest, consume, eventsOf, messageOf, settledOrder } from './saga-log-copy.ts'
import { Customer, asOperator, audit, eventually, fullOrder, loseAlarm, objectOf } from './shop.ts'

/** Confirmed, in D1 as well, and then pruned. */
async function prunedOrder() {
  const customer = await Customer.arrive()
  const { id } = await customer.order(fullOrder)
  const { version } = await customer.settled(id)
  await atRest(id, version)
  await atRestInD1(id)
  await prune(env, Date.now())
  expect(await eventsOf(id)).toEqual([])
  return { customer, id, version }
}

const atRestInD1 = (id: string) =>
  eventually(
    () => sagasOf(id),
    (rows) => rows.every(isAtRest),
  )
const isAtRest = ({ settled, has_gap }: SagaRow): boolean => settled === 1 && has_gap === 0

type SagaRow = { saga_id: string; settled: number; has_gap: number; pruned: number }

const sagasOf = async (id: string): Promise<SagaRow[]> =>
  (
    await env.SAGA_LOG_DB.prepare(
      'select saga_id, settled, has_gap, pruned from saga_instance where order_id = ? order by 1',
    )
      .bind(id)
      .all<SagaRow>()
  ).results

const detailOf = async (id: string) =>
  sagaDetailSchema.parse(await (await asOperator(`/api/ops/sagas/${id}`)).json())

describe('an order that was pruned', () => {
  it('is listed, told and audited as before; its object has the journal', async () => {
    const { customer, id, version } = await prunedOrder()
    expect(await detailOf(id)).toMatchObject({
      order: { status: 'confirmed' },
      log: { count: 0, lastSeq: 0, pruned: true, isEqual: false },
    })
    expect((await detailOf(id)).transitions).toHaveLength(version)
    expect((await customer.read(id)).version).toBe(version)
    expect((await audit()).violations).toEqual([])
  })

  it('T1: stays so when its object is poked, by a new instance too, and by the sweep', async () => {
    const { id } = await prunedOrder()
    await loseAlarm(id)
    await evictDurableObject(objectOf(id))
    for (let time = 0; time < 3; time += 1) await objectOf(id).poke()
    await sweep(env, Date.now() + 60_000)
    // The queue keeps its order: whatever was sent of it is in D1 before what another order sends.
    await settledOrder()
    expect(await eventsOf(id)).toEqual([])
    expect(await sagasOf(id)).toMatchObject([{ has_gap: 0, pruned: 1 }])
  })

  it('T2: is in the log again, whole, when it is returned', async () => {
    const { customer, id } = await prunedOrder()
    await customer.request(`/api/orders/${id}/return`, { method: 'POST' })
    const { version } = await eventually(
      () => customer.read(id),
      ({ status }) => status === 'returned',
    )
    await atRest(id, version)
    await eventually(
      () => sagasOf(id),
      (rows) => rows.length === 2 && rows.every((row) => isAtRest(row) && row.pruned === 0),
    )
    expect((await detailOf(id)).log).toMatchObject({ pruned: false, isEqual: true })
    expect((await audit()).violations).toEqual([])
  })

  it('T2: is in the log again, whole, when a message of it comes late', async () => {
    const { id, version } = await prunedOrder()
    const all = (await objectOf(id).inspect())?.transitions ?? []
    await consume([messageOf(id, 'running', all.slice(1, 2), 2)])
    expect(await sagasOf(id)).toMatchObject([{ has_gap: 1, pruned: 0 }])
    await sweep(env, Date.now() + 60_000)
    await atRest(id, version)
    expect(await sagasOf(id)).toMatchObject([{ has_gap: 0, pruned: 0 }])
  })

  it('whose object then loses its journal is told of, and why it cannot be restored', async () => {
    const { id } = await prunedOrder()
    await runInDurableObject(objectOf(id), (_, { storage }) => storage.deleteAll())
    await evictDurableObject(objectOf(id))
    expect((await audit()).violations).toContainEqual(
      expect.objectContaining({ law: 'log-without-journal', subject: id }),
    )
    const response = await asOperator(`/api/ops/sagas/${id}`)
    expect(response.status).toBe(404)
    expect(await response.text()).toContain('SAGA_LOG_RETENTION_DAYS')
  })
})
