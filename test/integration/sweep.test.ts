import { createScheduledController, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { isOrderId, sagaIdOf } from '../../durable-objects/core/ids.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'
import worker from '../../worker/index.ts'
import { sweep } from '../../worker/sweep.ts'
import { eventsOf, instanceOf, loseTransitions, settledOrder, upTo } from './saga-log-copy.ts'
import { Customer, asOperator, audit, eventually, fullOrder, loseAlarm, objectOf } from './shop.ts'

afterEach(() => env.POINTS.setFaults(NO_FAULTS))

/** An order that waits for the answer of the points, which has been lost. */
async function waitingOrder() {
  await env.POINTS.setFaults({ ...NO_FAULTS, dropReplyRate: 1 })
  const customer = await Customer.arrive()
  const { id } = await customer.order(fullOrder)
  await eventually(
    () => env.POINTS.balance(customer.id),
    ({ frozen }) => frozen > 0,
  )
  return { customer, id }
}

/** As if its saga's deadline had passed in the inventory's database. */
const endLease = (orderId: string) =>
  env.TEST_INVENTORY_DB.prepare('update operation set lease_until_ms = 0 where order_id = ?')
    .bind(orderId)
    .run()

const forgetLog = (orderId: string) =>
  env.SAGA_LOG_DB.batch(
    ['saga_event', 'saga_instance'].map((table) =>
      env.SAGA_LOG_DB.prepare(`delete from ${table} where order_id = ?`).bind(orderId),
    ),
  )

const available = () => env.INVENTORY.availability(['MUG-CLAY'])

describe('a hold whose lease has ended', () => {
  it('wakes a saga that neither its alarm nor the log remembers, and that ends', async () => {
    const { customer, id } = await waitingOrder()
    await eventually(
      () =>
        env.SAGA_LOG_DB.prepare('select 1 from saga_instance where order_id = ?').bind(id).all(),
      ({ results }) => results.length > 0,
    )
    await loseAlarm(id)
    await forgetLog(id)
    await env.POINTS.setFaults(NO_FAULTS)

    await endLease(id)
    const report = await sweep(env)
    expect(report.leases).toMatchObject({ asked: 1, kept: 1 })
    expect((await customer.settled(id)).status).toBe('confirmed')
    expect((await audit()).violations).toEqual([])
  })

  it('is kept by a living saga, however often it is asked', async () => {
    const { customer, id } = await waitingOrder()
    const before = await available()
    for (let time = 0; time < 3; time += 1) {
      await endLease(id)
      expect((await sweep(env)).leases).toMatchObject({ kept: 1, released: 0 })
    }
    expect(await available()).toEqual(before)
    await env.POINTS.setFaults(NO_FAULTS)
    expect((await customer.settled(id)).status).toBe('confirmed')
  })

  it('that a backup of its database brought back after the saga ended is released', async () => {
    const customer = await Customer.arrive()
    const { id } = await customer.order({ ...fullOrder, payment: { token: 'tok_declined' } })
    const { version } = await customer.settled(id)
    await bringBackHold(id)
    expect((await audit()).violations).toMatchObject([{ law: 'hold-without-live-saga' }])

    expect((await sweep(env)).leases).toMatchObject({ asked: 1, released: 1 })
    expect((await audit()).violations).toEqual([])
    expect((await customer.read(id)).version).toBe(version)
  })

  it('of an order that is not there is kept, and asking stores nothing', async () => {
    const id = `ord_${'0'.repeat(31)}1`
    if (!isOrderId(id)) throw new RangeError(id)
    const object = objectOf(id)
    expect(await object.askAboutLease(sagaIdOf(id), 'reserve-stock')).toEqual({ kind: 'keep' })
    const tables = await runInDurableObject(object, (_, { storage }) =>
      storage.sql
        .exec(`select name from sqlite_master where name not like '\\_%' escape '\\'`)
        .toArray(),
    )
    expect(tables).toEqual([])
  })
})

describe('the sweep', () => {
  it('finds a saga that lost its alarm and sets it going again', async () => {
    const { id } = await waitingOrder()
    await loseAlarm(id)
    await env.POINTS.setFaults(NO_FAULTS)
    await eventually(
      () => eventsOf(id),
      ({ length }) => length > 0,
    )
    // As if the clock of the sweep were ten seconds on: the saga said nothing for long. And not
    // through the customer's eyes, since whoever looks at a late order sets it going, too (P6).
    const order = await eventually(
      async () => {
        await sweep(env, Date.now() + 11_000)
        return (await objectOf(id).inspect())?.order
      },
      (seen) => seen?.settled === true,
    )
    expect(order?.status).toBe('confirmed')
  })

  it('finds a settled saga whose log has a gap in D1, and has its object fill it', async () => {
    const { id, version } = await settledOrder()
    await loseAlarm(id)
    await loseTransitions(id)
    await env.SAGA_LOG_DB.prepare('update saga_instance set has_gap = 1 where order_id = ?')
      .bind(id)
      .run()
    await eventually(
      async () => {
        await sweep(env, Date.now() + 11_000)
        return instanceOf(id)
      },
      (instance) => instance?.has_gap === 0,
    )
    expect(await eventsOf(id)).toEqual(upTo(version))
    expect(await instanceOf(id)).toMatchObject({ settled: 1 })
  })

  it('is what cron does', async () => {
    const { id, version } = await settledOrder()
    await loseAlarm(id)
    await loseTransitions(id)
    await env.SAGA_LOG_DB.prepare(
      'update saga_instance set has_gap = 1, updated_at_ms = 0 where order_id = ?',
    )
      .bind(id)
      .run()
    await worker.scheduled(createScheduledController(), env)
    await eventually(
      () => eventsOf(id),
      ({ length }) => length === version,
    )
  })

  it('is also a route, for operators only', async () => {
    const swept = await asOperator('/api/ops/sweep', { method: 'POST' })
    expect(await swept.json()).toMatchObject({ failed: 0 })
    const customer = await Customer.arrive()
    const refused = await customer.request('/api/ops/sweep', { method: 'POST' })
    expect(refused.status).toBe(401)
  })
})

// The last one: what it does to the inventory stays.
describe('a domain whose database was brought back to before an order', () => {
  it('lacks what the completed order has bought, says the audit', async () => {
    const customer = await Customer.arrive()
    const { id } = await customer.order(fullOrder)
    await customer.settled(id)
    await takeBackSale(id)
    expect((await audit()).violations).toMatchObject([
      { domain: 'inventory', law: 'final-if-and-only-if-completed', subject: id },
    ])
  })
})

/** The inventory's database as it was before the order. */
async function takeBackSale(orderId: string): Promise<void> {
  const statements = [
    `update stock set on_hand = on_hand + r.quantity, sold = sold - r.quantity
     from reservation r where r.order_id = ?1 and r.sku = stock.sku`,
    'delete from reservation where order_id = ?1',
    'delete from operation where order_id = ?1',
  ]
  await env.TEST_INVENTORY_DB.batch(
    statements.map((statement) => env.TEST_INVENTORY_DB.prepare(statement).bind(orderId)),
  )
}

/** The inventory's database as it was before the order's compensation. */
async function bringBackHold(orderId: string): Promise<void> {
  const statements = [
    "delete from operation where order_id = ?1 and direction = 'compensation'",
    // A trigger forbids the way back, so the row is made anew.
    `insert or replace into operation
       (saga_id, step, direction, order_id, status, claimed_by, traceparent, at_ms, lease_until_ms)
     select saga_id, step, direction, order_id, 'processed', claimed_by, traceparent, at_ms, 0
     from operation where order_id = ?1`,
    "update reservation set status = 'held' where order_id = ?1",
    `update stock set reserved = reserved + r.quantity
     from reservation r where r.order_id = ?1 and r.sku = stock.sku`,
  ]
  await env.TEST_INVENTORY_DB.batch(
    statements.map((statement) => env.TEST_INVENTORY_DB.prepare(statement).bind(orderId)),
  )
}
