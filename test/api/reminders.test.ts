import { afterEach, describe, expect, it, vi } from 'vitest'
import { type SagaId, sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { ReminderReport } from '../../durable-objects/order-rpc.ts'
import { reminderReportSchema } from '../../worker/api/ops/contract.ts'
import { ordersMovedSince } from '../../worker/api/ops/saga-log-reads.ts'
import { useDatabases } from './support/databases.ts'
import { OrderDouble, bindings, down, lostDatabase, orderIdOfNumber } from './support/doubles.ts'
import { asOperator, problemOf } from './support/requests.ts'
import { logSaga } from './support/saga-log.ts'

vi.spyOn(console, 'error').mockImplementation(() => {})
vi.spyOn(console, 'warn').mockImplementation(() => {})

const databases = useDatabases()
afterEach(() => databases().sagaLog.prepare('delete from saga_instance').run())
const ROUTE = 'POST /api/ops/domains/inventory/reminders'
const SINCE = '1970-01-01T00:01:00Z'

/** Orders that moved at these seconds, of which some were returned at 90; ids begin at `from`. */
async function shop(from: number, movedAtS: number[], returned: number[] = []) {
  const ids = movedAtS.map((_, index) => orderIdOfNumber(from + index))
  for (const [index, seconds] of movedAtS.entries()) {
    const orderId = orderIdOfNumber(from + index)
    await logSaga(databases().sagaLog, { orderId, startedAtMs: seconds * 1_000 })
    if (!returned.includes(index)) continue
    await logSaga(databases().sagaLog, { orderId, suffix: 'return', startedAtMs: 90_000 })
  }
  const told: ReminderReport = { done: 2, refused: [], isCutShort: false }
  const orders = ids.map((id) => new OrderDouble(id))
  const reminded = orders.map((order) => vi.spyOn(order, 'remind').mockResolvedValue(told))
  return { ids, reminded, ask: asOperator(bindings(databases(), { orders })) }
}

const ofTwoSagas = (after: SagaId) =>
  ordersMovedSince(databases().sagaLog, 400_000, { after, limit: 100 }, 2)

describe('POST /api/ops/domains/{domain}/reminders', () => {
  it('asks each order that has moved since, once, its return included', async () => {
    const { ask, reminded } = await shop(0x100, [10, 60, 70, 20], [2, 3])
    const response = await ask(ROUTE, { json: { since: SINCE, limit: 100 } })
    expect(await response.json()).toEqual({
      orders: 3,
      done: 6,
      refused: [],
      failed: 0,
      next: null,
    })
    expect(reminded.map(({ mock }) => mock.calls)).toEqual([
      [],
      [['inventory']],
      [['inventory']],
      [['inventory']],
    ])
  })

  it('goes on behind the saga that it came to, to the last', async () => {
    const since = '1970-01-01T00:03:20Z'
    const { ask, ids, reminded } = await shop(0x200, [200, 210, 220])
    const [one = orderIdOfNumber(0)] = ids
    await logSaga(databases().sagaLog, { orderId: one, suffix: 'return', startedAtMs: 230_000 })
    let after: string | null = null
    const came: (string | null)[] = []
    do {
      const json: object = { since, limit: 1, ...(after === null ? {} : { after }) }
      const report = reminderReportSchema.parse(await (await ask(ROUTE, { json })).json())
      after = report.next
      came.push(after)
    } while (after !== null)
    expect(came).toEqual([one, sagaIdOf(one, 'return'), ids[1], ids[2], null])
    for (const spy of reminded) expect(spy).toHaveBeenCalled()
  })

  it('looks at so many sagas at a time, however few have moved', async () => {
    const { ids } = await shop(0x400, [10, 10, 10, 400, 10])
    const after = sagaIdOf(orderIdOfNumber(0x3ff))
    const first = await ofTwoSagas(after)
    expect(first).toEqual({ orderIds: [], next: ids[1] })
    const second = await ofTwoSagas(sagaIdOf(orderIdOfNumber(0x401)))
    expect(second).toEqual({ orderIds: [ids[3]], next: ids[3] })
    expect(await ofTwoSagas(sagaIdOf(orderIdOfNumber(0x403)))).toEqual({ orderIds: [], next: null })
  })

  it('says what is refused, and counts whom it did not reach', async () => {
    const since = '1970-01-01T00:05:00Z'
    const { ask, ids, reminded } = await shop(0x300, [300, 310, 320, 330])
    const refusal = { step: 'reserve-stock', direction: 'action', code: 'out-of-stock' } as const
    const refused = [{ sagaId: sagaIdOf(orderIdOfNumber(0x300)), ...refusal }]
    reminded[0]?.mockResolvedValue({ done: 0, refused, isCutShort: false })
    reminded[1]?.mockResolvedValue({ done: 1, refused: [], isCutShort: true })
    reminded[2]?.mockImplementation(down)
    // No journal: `log-without-journal` of the audit.
    reminded[3]?.mockResolvedValue(null)
    const response = await ask(ROUTE, { json: { since, limit: 100 } })
    expect(await response.json()).toEqual({
      orders: ids.length,
      done: 1,
      refused,
      failed: 2,
      next: null,
    })
  })

  it('a log that does not answer is a problem, never an empty walk', async () => {
    const env = { ...bindings(databases()), SAGA_LOG_DB: lostDatabase }
    const response = await asOperator(env)(ROUTE, { json: { since: SINCE, limit: 100 } })
    expect(response.status).toBe(503)
  })

  it.each([
    [{ limit: 1 }, 'since'],
    [{ limit: 1, since: 'yesterday' }, 'since'],
    [{ limit: 501, since: SINCE }, 'limit'],
    [{ limit: 1, since: SINCE, after: 'ord_x' }, 'after'],
  ])('%j: 422', async (json, field) => {
    const problem = await problemOf(await asOperator(bindings(databases()))(ROUTE, { json }))
    expect(problem).toMatchObject({ status: 422, errors: [{ field }] })
  })

  it('the payments are none of these: the provider has kept what it did', async () => {
    const ask = asOperator(bindings(databases()))
    const response = await ask('POST /api/ops/domains/payments/reminders', {
      json: { since: SINCE, limit: 1 },
    })
    expect(await problemOf(response)).toMatchObject({ status: 422, errors: [{ field: 'domain' }] })
  })
})
