import {
  abortAllDurableObjects,
  evictDurableObject,
  runDurableObjectAlarm,
  runInDurableObject,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import type { OrderView } from '../../worker/api/contract.ts'
import { orderIdFor } from '../../worker/api/order-id.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'
import {
  Customer,
  audit,
  eventually,
  fullOrder,
  holdOrdersPending,
  letGo,
  objectOf,
} from './shop.ts'

afterEach(letGo)

/** Lets `break` interfere again and again until the order has settled. */
async function settledDespite(
  customer: Customer,
  id: string,
  interfere: () => Promise<unknown>,
): Promise<OrderView> {
  return eventually(
    async () => {
      await interfere()
      return customer.read(id)
    },
    (order) => order.settled,
  )
}

const evict = (id: string) =>
  // Refused when the object is not awake: then there is nothing to evict.
  evictDurableObject(objectOf(id)).catch(() => undefined)

const tablesOf = (id: string) =>
  runInDurableObject(objectOf(id), (_, { storage }) =>
    storage.sql
      .exec<{ name: string }>(
        `select name from sqlite_master where type = 'table' and name not like '\\_%' escape '\\'`,
      )
      .toArray()
      .map(({ name }) => name),
  )

describe("an order's object", () => {
  it('a repeat of the key while the first runs gives the same order, and one saga', async () => {
    const customer = await Customer.arrive()
    const key = crypto.randomUUID()
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => customer.submit(fullOrder, key)))
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202])
    const orders = await Promise.all(answers.map((answer) => answer.json<OrderView>()))
    expect(new Set(orders.map(({ id }) => id)).size).toBe(1)
    const id = orders[0]?.id ?? ''
    await customer.settled(id)
    const journal = (await objectOf(id).inspect())?.transitions ?? []
    const types = journal.flatMap(({ events }) => events.map(({ type }) => type))
    expect(types.filter((type) => type === 'saga-started')).toHaveLength(1)
    expect(await env.POINTS.balance(customer.id)).toEqual({ available: 380, frozen: 0 })
  })

  it('the same key with another body is refused, and the order stays as it is', async () => {
    const customer = await Customer.arrive()
    const key = crypto.randomUUID()
    const first = await (await customer.submit(fullOrder, key)).json<OrderView>()
    const other = await customer.submit({ ...fullOrder, points: 1 }, key)
    expect(other.status).toBe(422)
    expect(await other.json()).toMatchObject({ code: 'idempotency-key-reused' })
    expect((await customer.settled(first.id)).points).toBe(120)
  })

  it('P1: evicted again and again while it runs, it settles once and for all', async () => {
    const customer = await Customer.arrive()
    const { id } = await customer.order(fullOrder)
    const order = await settledDespite(customer, id, () => evict(id))
    expect(order.status).toBe('confirmed')
    expect((await audit()).violations).toEqual([])
  })

  it('P1: aborted again and again while it compensates, it gives everything back', async () => {
    const customer = await Customer.arrive()
    const { id } = await customer.order({ ...fullOrder, payment: { token: 'tok_declined' } })
    const order = await settledDespite(customer, id, abortAllDurableObjects)
    expect(order.status).toBe('failed')
    expect(await env.POINTS.balance(customer.id)).toEqual({ available: 500, frozen: 0 })
    expect((await audit()).violations).toEqual([])
  })

  it('P3: an alarm that fires early, twice and side by side does no harm', async () => {
    const customer = await Customer.arrive()
    const { id } = await customer.order(fullOrder)
    const stub = objectOf(id)
    const order = await settledDespite(customer, id, async () => {
      await runDurableObjectAlarm(stub)
      await runInDurableObject(stub, (object) => Promise.all([object.alarm(), object.alarm()]))
    })
    expect(order.status).toBe('confirmed')
    await stub.poke()
    expect((await customer.read(id)).version).toBe(order.version)
    expect((await audit()).violations).toEqual([])
  })

  it('P3: an alarm that ends in an error comes back, and the order goes on once it can', async () => {
    await holdOrdersPending()
    const customer = await Customer.arrive()
    const { id } = await customer.order(fullOrder)
    const alarmInMs = () =>
      runInDurableObject(objectOf(id), async (object, { storage }) => {
        // What the object writes next is refused: the place is taken.
        storage.sql.exec(`insert or ignore into journal (seq, saga_id, at_ms, events)
          select max(seq) + 1, saga_id, at_ms, '[]' from journal
          where not exists (select 1 from journal where events = '[]')`)
        await storage.deleteAlarm()
        await object.alarm()
        return ((await storage.getAlarm()) ?? -Infinity) - Date.now()
      })
    // Any other alarm of an order that waits for its stock is due sooner.
    await eventually(alarmInMs, (inMs) => inMs > 4_000)
    await runInDurableObject(objectOf(id), (_, { storage }) => {
      storage.sql.exec(`delete from journal where events = '[]'`)
    })
    await letGo()
    expect((await customer.settled(id)).status).toBe('confirmed')
  })

  it('P2: commands that never left are sent by the timer, under the same identity', async () => {
    const customer = await Customer.arrive()
    // The first command to this domain is lost: its reply never comes.
    await env.POINTS.setFaults({ ...NO_FAULTS, dropReplyRate: 1 })
    const { id } = await customer.order(fullOrder)
    await eventually(
      () => env.POINTS.balance(customer.id),
      ({ frozen }) => frozen === 120,
    )
    await env.POINTS.setFaults(NO_FAULTS)
    const order = await customer.settled(id)
    expect(order.status).toBe('confirmed')
    expect(await env.POINTS.balance(customer.id)).toEqual({ available: 380, frozen: 0 })
  })

  it('answers that come twice change nothing twice', async () => {
    const customer = await Customer.arrive()
    await Promise.all(
      [env.INVENTORY, env.POINTS, env.PAYMENTS].map((domain) =>
        domain.setFaults({ ...NO_FAULTS, duplicateRate: 1 }),
      ),
    )
    const { id } = await customer.order(fullOrder)
    const order = await customer.settled(id)
    await Promise.all(
      [env.INVENTORY, env.POINTS, env.PAYMENTS].map((domain) => domain.setFaults(NO_FAULTS)),
    )
    expect(order.status).toBe('confirmed')
    expect((await audit()).violations).toEqual([])
  })

  it('an order that nobody placed is not found, and asking for it stores nothing', async () => {
    const customer = await Customer.arrive()
    const id = `ord_${'0'.repeat(32)}`
    expect((await customer.request(`/api/orders/${id}`)).status).toBe(404)
    expect(await tablesOf(id)).toEqual([])
  })

  it('one from before the address was a value by key keeps its address', async () => {
    const customer = await Customer.arrive()
    const { id } = await customer.order(fullOrder)
    await customer.settled(id)
    const { shipTo } = await customer.read(id)
    expect(shipTo).toMatchObject({ name: fullOrder.shipTo.name })
    await runInDurableObject(objectOf(id), (_, { storage: { sql, kv } }) => {
      sql.exec('create table personal (id integer primary key, ship_to text not null)')
      sql.exec('insert into personal (id, ship_to) values (1, ?)', JSON.stringify(shipTo))
      sql.exec('create table ticket (ticket text primary key, expires_at_ms integer not null)')
      kv.delete('ship-to')
    })
    await evictDurableObject(objectOf(id))
    expect((await customer.read(id)).shipTo).toEqual(shipTo)
    await evictDurableObject(objectOf(id))
    expect((await customer.read(id)).shipTo).toEqual(shipTo)
    expect(await tablesOf(id)).toEqual(['journal'])
  })

  it('somebody else learns nothing of an order, and changes nothing', async () => {
    const [owner, other] = await Promise.all([Customer.arrive(), Customer.arrive()])
    const { id } = await owner.order(fullOrder)
    const answers = await Promise.all([
      other.request(`/api/orders/${id}`),
      other.request(`/api/orders/${id}/status`),
      other.request(`/api/orders/${id}/cancel`, { method: 'POST' }),
      other.request(`/api/orders/${id}/return`, { method: 'POST' }),
      other.request(`/api/orders/${id}/socket-ticket`, { method: 'POST' }),
    ])
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404])
    expect((await owner.settled(id)).status).toBe('confirmed')
  })

  it('J1: writes a row per transition, and three more: the address, and the alarm twice', async () => {
    const customer = await Customer.arrive()
    const key = crypto.randomUUID()
    const written = { rows: 0, alarms: 0 }
    const id = await orderIdFor(customer.id, key)
    await runInDurableObject(objectOf(id), (_, { storage }) => countWrites(storage, written))
    await customer.submit(fullOrder, key)
    const order = await customer.settled(id)
    await eventually(
      () => runInDurableObject(objectOf(id), (_, { storage }) => storage.getAlarm()),
      (alarmAtMs) => alarmAtMs === null,
    )
    // Four holds, one charge, four commits: replies that come together are one transition.
    expect(order.version).toBeLessThanOrEqual(7)
    expect(written.rows).toBe(order.version + 1)
    expect(written.alarms).toBeGreaterThan(0)
    expect(written.alarms).toBeLessThanOrEqual(2)
  })
})

/** Adds up what this instance of an object writes from now on; tables that are made do not count. */
function countWrites(storage: DurableObjectStorage, written: { rows: number; alarms: number }) {
  const exec = storage.sql.exec.bind(storage.sql)
  const setAlarm = storage.setAlarm.bind(storage)
  Object.assign(storage.sql, {
    exec: (query: string, ...values: unknown[]) => {
      const cursor = exec(query, ...values)
      if (!query.startsWith('create')) written.rows += cursor.rowsWritten
      return cursor
    },
  })
  const put = storage.kv.put.bind(storage.kv)
  storage.kv.put = (key: string, value: unknown) => {
    written.rows += 1
    put(key, value)
  }
  storage.setAlarm = (...args) => {
    written.alarms += 1
    return setAlarm(...args)
  }
}
