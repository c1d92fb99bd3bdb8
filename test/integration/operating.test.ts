import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { orderIdFor } from '../../worker/api/order-id.ts'
import { deadLetterListSchema, rebuildReportSchema } from '../../worker/api/ops/contract.ts'
import {
  Customer,
  asOperator,
  eventually,
  fullOrder,
  goodOrder,
  loseAlarm,
  objectOf,
} from './shop.ts'

const operate = (path: string, body: object): Promise<Response> =>
  asOperator(path, { method: 'POST', body: JSON.stringify(body) })

describe('a poisoned command', () => {
  it('becomes a dead letter, which ends its saga when it is sent again without the poison', async () => {
    const customer = await Customer.arrive()
    const key = crypto.randomUUID()
    const id = await orderIdFor(customer.id, key)
    await poison(id)
    await customer.submit(fullOrder, key)
    await stopTime(id)

    const letter = await eventually(
      () => letterOf(id),
      (found) => found !== undefined,
    )
    expect(letter).toMatchObject({ kind: 'command', sagaId: id, isWhole: true, replayed: null })
    expect(letter?.body).toMatchObject({ step: 'freeze-points', input: { points: 120 } })
    const told = await eventually(
      () => customer.read(id),
      ({ steps }) => steps.some(({ code }) => code === 'dead-letter'),
    )
    expect(told.status).toBe('pending')

    await cure()
    const operator = { by: 'Ann', reason: 'the poison is gone' }
    const path = `/api/ops/dead-letters/${letter?.messageId}/replay`
    expect((await operate(path, operator)).status).toBe(200)
    expect((await customer.settled(id)).status).toBe('confirmed')
    expect(await env.POINTS.balance(customer.id)).toEqual({ available: 380, frozen: 0 })
    expect(await letterOf(id)).toMatchObject({ replayed: operator })

    // Again, though all is done: the barrier has the first outcome. The queue keeps its order, so
    // this was handled when what another order asks of the points has been.
    expect((await operate(path, { ...operator, by: 'Bob' })).status).toBe(200)
    expect(await letterOf(id)).toMatchObject({ replayed: { by: 'Bob' } })
    await customer.settled((await customer.order({ points: 10 })).id)
    expect(await env.POINTS.balance(customer.id)).toEqual({ available: 370, frozen: 0 })
  })
})

/** The database of the points refuses this order's freeze, whoever asks and however often. */
async function poison(orderId: string): Promise<void> {
  await env.TEST_POINTS_DB.prepare(
    `create trigger poison before insert on operation
     when new.order_id = '${orderId}' and new.step = 'freeze-points'
     begin select raise(abort, 'poisoned'); end`,
  ).run()
}

const cure = () => env.TEST_POINTS_DB.prepare('drop trigger poison').run()

/** No timer moves the order any more: what happens then is done by messages alone. */
async function stopTime(orderId: string): Promise<void> {
  await runInDurableObject(objectOf(orderId), async (_, { storage }) => {
    storage.setAlarm = async () => {}
    await storage.deleteAlarm()
  })
}

/** The letter of the attempt that died first. */
async function letterOf(orderId: string) {
  const response = await asOperator('/api/ops/dead-letters?kind=command&limit=50')
  const { letters } = deadLetterListSchema.parse(await response.json())
  return letters.findLast((letter) => letter.orderId === orderId)
}

describe("D1's log from the objects", () => {
  it('an order that D1 has forgotten is in the log again', async () => {
    const customer = await Customer.arrive()
    const { id } = await customer.order(goodOrder)
    const { version } = await customer.settled(id)
    await eventually(
      () => rowsOf(id),
      (rows) => rows === version,
    )
    await putToSleep(id)
    const { SAGA_LOG_DB } = env
    await SAGA_LOG_DB.batch([
      SAGA_LOG_DB.prepare('delete from saga_event where order_id = ?').bind(id),
      SAGA_LOG_DB.prepare('delete from saga_instance where order_id = ?').bind(id),
    ])
    await rebuildAll()
    await eventually(
      () => rowsOf(id),
      (rows) => rows === version,
    )
    const listed = await asOperator(`/api/ops/sagas/${id}`)
    expect(await listed.json()).toMatchObject({ log: { isEqual: true } })
  })
})

/** Only a call wakes the object again, as a new instance. */
async function putToSleep(orderId: string): Promise<void> {
  await loseAlarm(orderId)
  await evictDurableObject(objectOf(orderId))
}

/** Walks over all orders, two at a time. */
async function rebuildAll(): Promise<void> {
  let next: string | null = null
  do {
    const body: object = next === null ? { limit: 2 } : { limit: 2, after: next }
    const response = await operate('/api/ops/saga-log/rebuild', body)
    const report = rebuildReportSchema.parse(await response.json())
    expect(report.failed).toBe(0)
    next = report.next
  } while (next !== null)
}

const rowsOf = async (orderId: string): Promise<number | null> =>
  env.SAGA_LOG_DB.prepare('select count(*) as rows from saga_event where order_id = ?')
    .bind(orderId)
    .first<number>('rows')
