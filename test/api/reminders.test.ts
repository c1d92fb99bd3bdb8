import { describe, expect, it, vi } from 'vitest'
import { sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { ReminderReport } from '../../durable-objects/order-rpc.ts'
import { useDatabases } from './support/databases.ts'
import { OrderDouble, bindings, down, lostDatabase, orderIdOfNumber } from './support/doubles.ts'
import { asOperator, problemOf } from './support/requests.ts'
import { logSaga } from './support/saga-log.ts'

vi.spyOn(console, 'error').mockImplementation(() => {})
vi.spyOn(console, 'warn').mockImplementation(() => {})

const databases = useDatabases()
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

  it('goes on behind the order that it came to, whose return is no order of its own', async () => {
    const since = '1970-01-01T00:03:20Z'
    const { ask, ids, reminded } = await shop(0x200, [200, 210, 220])
    await logSaga(databases().sagaLog, {
      orderId: orderIdOfNumber(0x200),
      suffix: 'return',
      startedAtMs: 230_000,
    })
    const first = await ask(ROUTE, { json: { since, limit: 1 } })
    expect(await first.json()).toMatchObject({ orders: 1, next: ids[0] })
    const rest = await ask(ROUTE, { json: { since, limit: 100, after: ids[0] } })
    expect(await rest.json()).toMatchObject({ orders: 2, next: null })
    for (const spy of reminded) expect(spy).toHaveBeenCalledOnce()
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
