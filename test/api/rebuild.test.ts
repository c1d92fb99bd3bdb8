import { describe, expect, it, vi } from 'vitest'
import { type OrderId, sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { RestoreResult } from '../../durable-objects/order-rpc.ts'
import { sagaDetailSchema } from '../../worker/api/ops/contract.ts'
import type { DomainReads } from '../../worker/domains/reads.ts'
import { useDatabases } from './support/databases.ts'
import { OrderDouble, bindings, down, inspectionOf, orderIdOfNumber } from './support/doubles.ts'
import { asOperator, problemOf } from './support/requests.ts'
import { logSaga } from './support/saga-log.ts'

vi.spyOn(console, 'error').mockImplementation(() => {})
vi.spyOn(console, 'warn').mockImplementation(() => {})

const databases = useDatabases()
const operator = { by: 'Ann', reason: 'the disk is gone' }

describe('POST /api/ops/saga-log/rebuild', () => {
  const route = 'POST /api/ops/saga-log/rebuild'
  const ids = [1, 2, 3].map(orderIdOfNumber)

  /** An inventory that knows these orders, and their objects. */
  function shop(next: OrderId | null = null) {
    const orders = ids.map((id) => new OrderDouble(id))
    const poked = orders.map((order) => vi.spyOn(order, 'poke'))
    const page = { items: ids.map((orderId) => ({ orderId })), next }
    const orderIds = vi.fn<DomainReads['orderIds']>(async () => page)
    const { INVENTORY } = bindings(databases())
    const env = bindings(databases(), { orders, INVENTORY: { ...INVENTORY, orderIds } })
    return { ask: asOperator(env), poked, orderIds }
  }

  it('pokes each order that the inventory knows, once', async () => {
    const { ask, poked, orderIds } = shop()
    const response = await ask(route, { json: { limit: 100 } })
    expect(await response.json()).toEqual({ poked: 3, failed: 0, next: null })
    for (const poke of poked) expect(poke).toHaveBeenCalledOnce()
    expect(orderIds).toHaveBeenCalledExactlyOnceWith(null, 100)
  })

  it('goes on where it was told to, and says where to go on', async () => {
    const [one = orderIdOfNumber(1), , three = one] = ids
    const { ask, orderIds } = shop(three)
    const response = await ask(route, { json: { after: one, limit: 3 } })
    expect(await response.json()).toMatchObject({ next: three })
    expect(orderIds).toHaveBeenCalledExactlyOnceWith(one, 3)
  })

  it('an object that does not answer is counted, and costs the others nothing', async () => {
    const { ask, poked } = shop()
    poked[1]?.mockImplementation(down)
    const response = await ask(route, { json: { limit: 100 } })
    expect(await response.json()).toMatchObject({ poked: 2, failed: 1 })
  })

  it('an inventory that does not answer is a problem, never an empty walk', async () => {
    const { ask, orderIds } = shop()
    orderIds.mockImplementation(down)
    expect((await ask(route, { json: { limit: 100 } })).status).toBe(503)
  })

  it.each([
    [{ limit: 0 }, 'limit'],
    [{ limit: 501 }, 'limit'],
    [{ limit: 1, after: 'ord_x' }, 'after'],
    [{}, 'limit'],
    [{ limit: 1, before: ids[0] }, 'before'],
  ])('%j: 422', async (json, field) => {
    const { ask, orderIds } = shop()
    const problem = await problemOf(await ask(route, { json }))
    expect(problem).toMatchObject({ status: 422, errors: [{ field }] })
    expect(orderIds).not.toHaveBeenCalled()
  })
})

describe('an order whose object lost its journal', () => {
  it.each([
    ['GET /api/ops/sagas/{id}', undefined],
    ['POST /api/ops/sagas/{id}/resume', operator],
  ])('%s says so, how much D1 has of it, and what to do', async (route, json) => {
    const orderId = orderIdOfNumber(0x2f)
    await logSaga(databases().sagaLog, { orderId, transitions: 4 })
    const env = bindings(databases(), { orders: [new OrderDouble(orderId)] })
    const response = await asOperator(env)(route.replace('{id}', orderId), json ? { json } : {})
    const problem = await problemOf(response)
    expect(problem).toMatchObject({ status: 404, code: 'saga-not-found' })
    expect(problem.detail).toContain('has lost its journal, of which D1 has 4 transitions')
    expect(problem.detail).toContain(`POST /api/ops/sagas/${orderId}/restore`)
  })
})

describe('POST /api/ops/sagas/{id}/restore', () => {
  const orderId = orderIdOfNumber(0x20)

  function lost(id: OrderId, answer?: RestoreResult) {
    const order = new OrderDouble(id)
    const restored = inspectionOf(id, { status: 'running', transitions: 4 })
    const restore = vi
      .spyOn(order, 'restore')
      .mockResolvedValue(answer ?? { kind: 'restored', inspection: { ...restored, epoch: 2 } })
    const ask = asOperator(bindings(databases(), { orders: [order] }))
    const asked = (json: unknown = operator) => ask(`POST /api/ops/sagas/${id}/restore`, { json })
    /** Which rows the object was given. */
    const given = () => restore.mock.calls[0]?.[0].transitions.map(({ seq }) => seq)
    return { restore, asked, given }
  }

  it('gives the object what D1 has, and answers the order as it is then', async () => {
    await logSaga(databases().sagaLog, { orderId, transitions: 3, startedAtMs: 7 })
    const { restore, asked } = lost(orderId)
    const response = await asked()
    expect(response.status).toBe(200)
    expect(sagaDetailSchema.parse(await response.json())).toMatchObject({
      order: { id: orderId },
      epoch: 2,
      log: { count: 3, isEqual: false },
    })
    const transitions = [1, 2, 3].map((seq) => ({
      seq,
      sagaId: sagaIdOf(orderId),
      atMs: 7,
      events: [{ type: 'told' }],
    }))
    expect(restore).toHaveBeenCalledExactlyOnceWith({ ...operator, transitions, epoch: 2 })
  })

  it('takes another epoch each time: the journal before may be lost, too', async () => {
    const id = orderIdOfNumber(0x2f)
    await logSaga(databases().sagaLog, { orderId: id, transitions: 3 })
    const { restore, asked } = lost(id)
    await asked()
    await asked()
    expect(restore.mock.calls.map(([{ epoch }]) => epoch)).toEqual([2, 3])
  })

  it('takes no epoch from a journal that is not lost', async () => {
    const id = orderIdOfNumber(0x2e)
    await logSaga(databases().sagaLog, { orderId: id, transitions: 3 })
    const order = new OrderDouble(id)
    order.inspection = () => inspectionOf(id, { status: 'running' })
    const ask = asOperator(bindings(databases(), { orders: [order] }))
    const route = `POST /api/ops/sagas/${id}/restore` as const
    expect(await problemOf(await ask(route, { json: operator }))).toMatchObject({
      code: 'not-lost',
    })
    const row = await databases()
      .sagaLog.prepare('select epoch_taken as epoch from saga_instance where order_id = ?')
      .bind(id)
      .first()
    expect(row).toEqual({ epoch: 1 })
  })

  it('stops before a gap', async () => {
    const id = orderIdOfNumber(0x21)
    await logSaga(databases().sagaLog, { orderId: id, transitions: 6 })
    await write('delete from saga_event where order_id = ? and seq = 4', id)
    const { asked, given } = lost(id)
    await asked()
    expect(given()).toEqual([1, 2, 3])
  })

  it('stops before a row of a journal that was lost earlier', async () => {
    const id = orderIdOfNumber(0x22)
    await logSaga(databases().sagaLog, { orderId: id, transitions: 6 })
    await write('update saga_event set epoch = 2 where order_id = ? and seq between 3 and 4', id)
    await write(
      `update saga_event set events = '[{"type":"restored","epoch":2}]' where order_id = ? and seq = 3`,
      id,
    )
    const { asked, given } = lost(id)
    await asked()
    expect(given()).toEqual([1, 2, 3, 4])
  })

  it('without the first transition there is nothing to give: the object says so', async () => {
    const id = orderIdOfNumber(0x23)
    await logSaga(databases().sagaLog, { orderId: id, transitions: 3 })
    await write('delete from saga_event where order_id = ? and seq = 1', id)
    const { asked, given } = lost(id, { kind: 'not-restorable' })
    const problem = await problemOf(await asked())
    expect(problem).toMatchObject({ status: 409, code: 'not-restorable' })
    expect(given()).toEqual([])
  })

  it('an object that has its journal keeps it: 409', async () => {
    const inspection = inspectionOf(orderId, { status: 'running' })
    const problem = await problemOf(await lost(orderId, { kind: 'not-lost', inspection }).asked())
    expect(problem).toMatchObject({ status: 409, code: 'not-lost', current: { id: orderId } })
  })

  it('an order of which D1 has nothing: 404, and no object is asked', async () => {
    const { restore, asked } = lost(orderIdOfNumber(0x24))
    expect(await problemOf(await asked())).toMatchObject({ status: 404, code: 'saga-not-found' })
    expect(restore).not.toHaveBeenCalled()
  })

  it('what is no id: 404', async () => {
    const ask = asOperator(bindings(databases()))
    const response = await ask('POST /api/ops/sagas/ord_x/restore', { json: operator })
    expect(await problemOf(response)).toMatchObject({ code: 'saga-not-found' })
  })

  it.each([
    [{ by: 'Ann' }, 'reason'],
    [{ ...operator, force: true }, 'force'],
  ])('%j: 422', async (json, field) => {
    const problem = await problemOf(await lost(orderId).asked(json))
    expect(problem).toMatchObject({ status: 422, errors: [{ field }] })
  })
})

const write = (statement: string, id: OrderId) =>
  databases().sagaLog.prepare(statement).bind(id).run()
