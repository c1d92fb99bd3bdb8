import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { type Transition, transitionSchema } from '../../durable-objects/core/events.ts'
import { isOrderId, orderIdOf, sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { OrderRequest } from '../../worker/api/contract.ts'
import { takeJournal } from '../../worker/api/ops/saga-log-reads.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'
import { consume, instanceOf, messageOf } from './saga-log-copy.ts'
import { Customer, audit, eventually, fullOrder, objectOf } from './shop.ts'

const OPERATOR = { by: 'Grace', reason: 'found by a test' }

afterEach(async () => {
  await env.POINTS.setFaults(NO_FAULTS)
  await env.PAYMENTS.setFaults(NO_FAULTS)
})

function sagaOf(orderId: string) {
  if (!isOrderId(orderId)) throw new RangeError(orderId)
  return sagaIdOf(orderId)
}

async function inspect(orderId: string) {
  const inspection = await objectOf(orderId).inspect()
  if (!inspection) throw new Error(`${orderId} has no journal`)
  return inspection
}

const eventTypes = (transitions: readonly Transition[]) =>
  transitions.flatMap(({ events }) => events.map(({ type }) => type))

/** D1's rows of an order, as a restoration reads them. */
async function logOf(orderId: string): Promise<{ epochs: number[]; transitions: Transition[] }> {
  const { results } = await env.SAGA_LOG_DB.prepare(
    `select seq, saga_id as sagaId, at_ms as atMs, events, epoch
     from saga_event where order_id = ? order by seq`,
  )
    .bind(orderId)
    .all<{ seq: number; sagaId: string; atMs: number; events: string; epoch: number }>()
  return {
    epochs: [...new Set(results.map(({ epoch }) => epoch))],
    transitions: results.map((row) =>
      transitionSchema.parse({ ...row, events: JSON.parse(row.events) }),
    ),
  }
}

/** D1 has the journal, and the object knows: it has no alarm left. */
async function atRest(orderId: string): Promise<void> {
  await eventually(
    async () => {
      await runDurableObjectAlarm(objectOf(orderId))
      return runInDurableObject(objectOf(orderId), (_, { storage }) => storage.getAlarm())
    },
    (alarmAtMs) => alarmAtMs === null,
  )
  const { transitions } = await logOf(orderId)
  expect(transitions).toEqual((await inspect(orderId)).transitions)
}

async function settledOrder() {
  const customer = await Customer.arrive()
  const { id } = await customer.order(fullOrder)
  await customer.settled(id)
  await atRest(id)
  return { customer, id }
}

/** The points cannot find what they hold for the order, whatever they are asked about it. */
async function orderWithDamagedHold(token: OrderRequest['payment']['token']) {
  await env.POINTS.setFaults({ ...NO_FAULTS, dropReplyRate: 1 })
  const customer = await Customer.arrive()
  const { id } = await customer.order({ ...fullOrder, payment: { token } })
  await eventually(
    () => env.POINTS.balance(customer.id),
    ({ frozen }) => frozen === 120,
  )
  const holdBelongsTo = (owner: string) =>
    env.TEST_POINTS_DB.prepare('update hold set customer = ? where order_id = ?')
      .bind(owner, id)
      .run()
  await holdBelongsTo('nobody')
  await env.POINTS.setFaults(NO_FAULTS)
  await eventually(
    () => instanceOf(id),
    (instance) => instance?.status === 'parked',
  )
  return { customer, id, repairHold: () => holdBelongsTo(customer.id) }
}

async function lose(orderId: string): Promise<void> {
  await runInDurableObject(objectOf(orderId), async (_, { storage }) => {
    await storage.deleteAlarm()
    await storage.deleteAll()
  })
  await evictDurableObject(objectOf(orderId))
  expect(await objectOf(orderId).inspect()).toBeNull()
}

const restore = (orderId: string, transitions: Transition[]) =>
  objectOf(orderId).restore({ transitions, epoch: 2, ...OPERATOR })

describe('a saga that is parked', () => {
  it('E7, E9: retried when the cause is gone: everything is given back', async () => {
    const { customer, id, repairHold } = await orderWithDamagedHold('tok_declined')
    const parked = await inspect(id)
    expect(
      parked.order.steps.filter(({ kind }) => kind === 'compensatable').map(({ status }) => status),
    ).toEqual(['compensated', 'compensated', 'parked', 'compensated'])
    await repairHold()
    const retry = {
      ...OPERATOR,
      sagaId: sagaOf(id),
      action: 'retry',
      step: 'freeze-points',
    } as const
    expect((await objectOf(id).intervene(retry)).kind).toBe('done')
    expect((await customer.settled(id)).status).toBe('failed')
    expect(await objectOf(id).intervene(retry)).toMatchObject({
      kind: 'conflict',
      code: 'saga-ended',
    })
    expect(await env.POINTS.balance(customer.id)).toEqual({ available: 500, frozen: 0 })
    await atRest(id)
    expect(eventTypes((await logOf(id)).transitions)).toContain('operator-intervened')
    expect((await audit()).violations).toEqual([])
  })

  it('E9: skipped beyond the pivot: the order completes, and the write-off is known', async () => {
    const { customer, id, repairHold } = await orderWithDamagedHold('tok_visa')
    const skip = { ...OPERATOR, sagaId: sagaOf(id), action: 'skip', step: 'deduct-points' } as const
    const { kind } = await objectOf(id).intervene(skip)
    expect(kind).toBe('done')
    const order = await customer.settled(id)
    expect(order.status).toBe('confirmed')
    expect(order.steps.find(({ name }) => name === 'deduct-points')?.status).toBe('skipped')
    expect((await inspect(id)).writeOffs).toMatchObject([
      { step: 'deduct-points', domain: 'points', direction: 'action', ...OPERATOR },
    ])
    await atRest(id)
    const execution = await env.SAGA_LOG_DB.prepare(
      `select status from step_execution where order_id = ? and step = 'deduct-points'`,
    )
      .bind(id)
      .first()
    expect(execution).toEqual({ status: 'skipped' })
    // What was given up is settled by hand, so that the books are right for the other tests.
    await repairHold()
    await env.TEST_POINTS_DB.batch([
      env.TEST_POINTS_DB.prepare(`update hold set status = 'spent' where order_id = ?`).bind(id),
      env.TEST_POINTS_DB.prepare(
        'update account set frozen = frozen - 120, spent = spent + 120 where customer = ?',
      ).bind(customer.id),
    ])
  })
})

describe('an object that lost its storage', () => {
  it('P5: is what it was before, when D1 had all of it', async () => {
    const { customer, id } = await settledOrder()
    const before = await customer.read(id)
    const { transitions } = await logOf(id)
    await lose(id)
    expect((await restore(id, transitions)).kind).toBe('restored')
    const { shipTo, ...kept } = before
    expect(shipTo).toBeDefined()
    expect(await customer.read(id)).toEqual({ ...kept, version: before.version + 1, epoch: 2 })
    // The same version of the journal that was lost is another state.
    const ifMatch = `"${before.version + 1}"`
    const headers = { 'If-Match': ifMatch }
    const late = await customer.request(`/api/orders/${id}/return`, { method: 'POST', headers })
    expect(late.status).toBe(412)
    expect(late.headers.get('ETag')).toBe(`"2.${before.version + 1}"`)
    expect((await restore(id, transitions)).kind).toBe('not-lost')
    await atRest(id)
    expect(await logOf(id)).toMatchObject({ epochs: [2] })
    expect((await audit()).violations).toEqual([])
  })

  it('R2, R3: with its charge made and unknown to it, it goes on and charges nothing twice', async () => {
    const customer = await Customer.arrive()
    await env.PAYMENTS.setFaults({ ...NO_FAULTS, dropReplyRate: 1 })
    const { id, total } = await customer.order(fullOrder)
    const payment = async () =>
      (await env.PAYMENTS.payments(null, 1_000)).items.find(({ orderId }) => orderId === id)
    await eventually(payment, (found) => found?.captured === total.amount)
    const { transitions } = await inspect(id)
    await lose(id)
    await env.PAYMENTS.setFaults(NO_FAULTS)
    // All that is left tells that the order was placed, and that one hold was granted.
    const restored = await restore(id, transitions.slice(0, 2))
    expect(restored).toMatchObject({ kind: 'restored', inspection: { epoch: 2 } })
    const order = await customer.settled(id)
    expect(order.status).toBe('confirmed')
    expect(await payment()).toMatchObject({ captures: 1, captured: total.amount, refunded: 0 })
    await atRest(id)
    expect((await audit()).violations).toEqual([])
  })

  it('R2: that had failed without knowing it ends failed, with nothing held', async () => {
    const customer = await Customer.arrive()
    const { id } = await customer.order({ ...fullOrder, payment: { token: 'tok_declined' } })
    await customer.settled(id)
    const { transitions } = await inspect(id)
    await lose(id)
    await restore(id, transitions.slice(0, 4))
    const order = await customer.settled(id)
    expect(order).toMatchObject({ status: 'failed', failure: { code: 'card-declined' } })
    expect(await env.POINTS.balance(customer.id)).toEqual({ available: 500, frozen: 0 })
    await atRest(id)
    expect((await audit()).violations).toEqual([])
  })

  it('S4, L2: what the lost object had sent arrives late: D1 ends up with the new journal', async () => {
    const { customer, id } = await settledOrder()
    const lost = (await inspect(id)).transitions
    await lose(id)
    await restore(id, lost.slice(0, 3))
    const { version } = await customer.settled(id)
    // The lost journal had gone on for longer than the new one.
    const longer = Array.from({ length: 20 }, (_, index) => ({
      seq: lost.length + index + 1,
      atMs: 1,
      events: [{ type: 'address-changed' }],
    }))
    await consume([messageOf(id, 'running', [...lost, ...longer], lost.length + 20)])
    await atRest(id)
    await consume([messageOf(id, 'running', longer, lost.length + 20)])
    await objectOf(id).poke()
    await atRest(id)
    expect(await logOf(id)).toMatchObject({ epochs: [2] })
    expect(await instanceOf(id)).toMatchObject({ settled: 1, has_gap: 0, last_seq: version })
  })

  it('L2: a row of the lost journal that was left in D1 is found, and replaced', async () => {
    const { customer, id } = await settledOrder()
    const { transitions } = await logOf(id)
    await lose(id)
    await restore(id, transitions)
    await customer.settled(id)
    await atRest(id)
    await env.SAGA_LOG_DB.prepare(
      `update saga_event set epoch = 1, events = '[]' where order_id = ? and seq = 2`,
    )
      .bind(id)
      .run()
    await objectOf(id).poke()
    await atRest(id)
  })

  it('a journal that D1 has from its restoration on is taken whole; one without it, up to there', async () => {
    const { customer, id } = await settledOrder()
    const lost = (await inspect(id)).transitions
    await lose(id)
    await restore(id, lost.slice(0, 3))
    await customer.settled(id)
    await atRest(id)
    const isOfTheLostUpTo = (seq: number) =>
      env.SAGA_LOG_DB.prepare('update saga_event set epoch = 1 where order_id = ? and seq <= ?')
        .bind(id, seq)
        .run()
    const taken = async () =>
      (await takeJournal(env.SAGA_LOG_DB, orderIdOf(sagaOf(id))))?.transitions
    const { transitions } = await inspect(id)
    await isOfTheLostUpTo(2)
    expect(await taken()).toEqual(transitions)
    await isOfTheLostUpTo(3)
    expect(await taken()).toEqual(transitions)
    // The message with the restoration is lost, and one of the lost object's comes late.
    await env.SAGA_LOG_DB.prepare('update saga_event set events = ? where order_id = ? and seq = 4')
      .bind(JSON.stringify(lost[3]?.events), id)
      .run()
    await isOfTheLostUpTo(4)
    expect((await taken())?.map(({ events }) => events)).toEqual(
      lost.slice(0, 4).map(({ events }) => events),
    )
  })

  it('another order is not restored under its name', async () => {
    const [first, second] = await Promise.all([settledOrder(), settledOrder()])
    const { transitions } = await logOf(first.id)
    await lose(second.id)
    expect(await restore(second.id, transitions)).toEqual({ kind: 'not-restorable' })
    expect(await objectOf(second.id).inspect()).toBeNull()
  })
})

describe("D1's copy of the log", () => {
  it.each(['saga_event', 'saga_instance'])(
    'L2: one poke has the object bring back what is gone from %s',
    async (table) => {
      const { id } = await settledOrder()
      const instance = await instanceOf(id)
      await env.SAGA_LOG_DB.prepare(`delete from ${table} where order_id = ?`).bind(id).run()
      await objectOf(id).poke()
      await eventually(
        () => instanceOf(id),
        (found) => JSON.stringify(found) === JSON.stringify(instance),
      )
      await atRest(id)
    },
  )
})
