import { beforeEach, describe, expect, it, vi } from 'vitest'
import { type OrderId, isOrderId } from '../../durable-objects/core/ids.ts'
import { sagaDetailSchema, sagaListSchema } from '../../worker/api/ops/contract.ts'
import type { DomainReads } from '../../worker/domains/reads.ts'
import { sweep } from '../../worker/sweep.ts'
import { useDatabases } from './support/databases.ts'
import {
  OrderDouble,
  bindings,
  down,
  inspectionOf,
  lostDatabase,
  orderIdOfNumber,
} from './support/doubles.ts'
import { asCustomer, asOperator, problemOf, request } from './support/requests.ts'
import { logSaga } from './support/saga-log.ts'

function orderIdOf(digits: string): OrderId {
  const id = `ord_${digits}`
  if (!isOrderId(id)) throw new RangeError(id)
  return id
}

const databases = useDatabases()
const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
vi.spyOn(console, 'warn').mockImplementation(() => {})
beforeEach(() => {
  logged.mockClear()
})

const ROUTES = [
  'GET /api/ops/sagas',
  `GET /api/ops/sagas/${orderIdOfNumber(1)}`,
  ...['retry', 'skip', 'compensate', 'resume', 'restore', 'trace'].map(
    (action) => `POST /api/ops/sagas/${orderIdOfNumber(1)}/${action}`,
  ),
  'GET /api/ops/dead-letters',
  'POST /api/ops/dead-letters/a-message/replay',
  'POST /api/ops/dead-letters/a-message/dismiss',
  'POST /api/ops/saga-log/rebuild',
  'POST /api/ops/domains/points/reminders',
  'POST /api/ops/sweep',
  'GET /api/ops/audit',
  'GET /api/ops/breakers',
  'PUT /api/ops/breakers/payments',
  'PUT /api/dev/faults/inventory',
]

describe('operators only', () => {
  it.each(ROUTES)('%s without a token, or with that of a customer, is 401', async (route) => {
    const env = bindings(databases())
    const customer = await asCustomer(env)
    for (const response of [await request(env, route), await customer(route)]) {
      expect(response.status).toBe(401)
      expect(response.headers.get('WWW-Authenticate')).toBe('Bearer')
      expect(await problemOf(response)).toMatchObject({ code: 'operator-required' })
    }
  })

  it.each(['', 'an-operator'])(
    'with no token configured nobody is one, not even %j',
    async (token) => {
      const { OPERATOR_TOKEN: _, ...env } = bindings(databases())
      const headers = { Authorization: `Bearer ${token}` }
      const response = await request(env, 'GET /api/ops/sagas', { headers })
      expect(response.status).toBe(503)
      expect(logged.mock.calls[0]?.[0]).toContain('wrangler secret put OPERATOR_TOKEN')
    },
  )
})

describe('GET /api/ops/sagas', () => {
  it('lists sagas, newest first, by status and page', async () => {
    const database = databases().sagaLog
    for (const number of [1, 2, 3]) {
      const status = number === 2 ? 'parked' : 'running'
      await logSaga(database, {
        orderId: orderIdOfNumber(number),
        startedAtMs: number,
        status,
      })
    }
    const operator = asOperator(bindings(databases()))
    const list = async (query: string) => {
      const response = await operator(`GET /api/ops/sagas?${query}`)
      const { sagas, next } = sagaListSchema.parse(await response.json())
      return { ids: sagas.map(({ sagaId }) => sagaId), next }
    }
    const [one, two, three] = [1, 2, 3].map(orderIdOfNumber)
    expect(await list('limit=2')).toEqual({ ids: [three, two], next: two })
    expect(await list(`limit=2&after=${two}`)).toEqual({ ids: [one], next: null })
    expect(await list('status=parked')).toEqual({ ids: [two], next: null })
  })
})

describe('GET /api/ops/sagas?startsWith', () => {
  const ONE = orderIdOf('1a2b'.padEnd(32, '0'))
  const OTHER = orderIdOf('1a2c'.padEnd(32, 'f'))
  beforeEach(async () => {
    const database = databases().sagaLog
    await logSaga(database, { orderId: ONE, startedAtMs: 1 })
    await logSaga(database, { orderId: OTHER, startedAtMs: 2 })
  })

  it.each([
    ['1a2b', [ONE]],
    ['1A2B', [ONE]],
    ['1a2', [OTHER, ONE]],
    ['1a2cffffffffffffffffffffffffffff', [OTHER]],
    ['1a2d', []],
    ['a2', []],
  ])('%s: those whose id begins with it, newest first', async (digits, ids) => {
    const operator = asOperator(bindings(databases()))
    const response = await operator(`GET /api/ops/sagas?startsWith=${digits}`)
    const { sagas } = sagaListSchema.parse(await response.json())
    expect(sagas.map(({ sagaId }) => sagaId)).toEqual(ids)
  })

  it.each(['', 'ord_1a2b', '1a2g', '%25'])('%j is none', async (digits) => {
    const operator = asOperator(bindings(databases()))
    const response = await operator(`GET /api/ops/sagas?startsWith=${digits}`)
    expect(response.status).toBe(422)
  })
})

describe('GET /api/ops/sagas/{id}', () => {
  const orderId = orderIdOfNumber(77)

  function told() {
    const order = new OrderDouble(orderId)
    order.inspection = () => {
      const inspection = inspectionOf(orderId, {
        status: 'completed',
        returned: 'running',
        transitions: 3,
      })
      const shipTo = { name: 'Ann', line1: 'l', city: 'c', postalCode: 'p', country: 'US' }
      return { ...inspection, order: { ...inspection.order, shipTo } }
    }
    return asOperator(bindings(databases(), { orders: [order] }))
  }

  it.each([orderId, `${orderId}:return`])('%s tells the order, without who gets it', async (id) => {
    const response = await told()(`GET /api/ops/sagas/${id}`)
    const text = await response.text()
    expect(text).not.toContain('Ann')
    expect(sagaDetailSchema.parse(JSON.parse(text))).toMatchObject({
      order: { id: orderId },
      transitions: [{ seq: 1 }, { seq: 2 }, { seq: 3 }],
    })
  })

  it("compares D1's copy with the journal", async () => {
    const logOf = async () =>
      sagaDetailSchema.parse(await (await told()(`GET /api/ops/sagas/${orderId}`)).json()).log
    expect(await logOf()).toEqual({ count: 0, lastSeq: 0, pruned: false, isEqual: false })
    await logSaga(databases().sagaLog, { orderId, transitions: 3 })
    expect(await logOf()).toEqual({ count: 3, lastSeq: 3, pruned: false, isEqual: true })
  })

  it('is told without the copy while D1 does not answer', async () => {
    const order = new OrderDouble(orderId)
    order.inspection = () => inspectionOf(orderId, { status: 'running' })
    const env = bindings(databases(), { orders: [order], SAGA_LOG_DB: lostDatabase })
    const response = await asOperator(env)(`GET /api/ops/sagas/${orderId}`)
    expect(sagaDetailSchema.parse(await response.json())).toMatchObject({
      order: { id: orderId },
      log: null,
    })
  })

  it.each(['ord_x', orderIdOfNumber(404)])('%s is not found', async (id) => {
    const response = await asOperator(bindings(databases()))(`GET /api/ops/sagas/${id}`)
    expect(response.status).toBe(404)
    expect(await problemOf(response)).toMatchObject({ code: 'saga-not-found' })
  })

  it('a saga that an order does not have is not found, though the order is', async () => {
    const response = await told()(`GET /api/ops/sagas/${orderId}:nope`)
    expect(response.status).toBe(404)
    expect(await problemOf(response)).toMatchObject({ code: 'saga-not-found' })
  })
})

describe('POST /api/ops/sweep', () => {
  it('pokes what stands still', async () => {
    const orderId = orderIdOfNumber(55)
    await logSaga(databases().sagaLog, { orderId, startedAtMs: 0 })
    const order = new OrderDouble(orderId)
    const poked = vi.spyOn(order, 'poke')
    const response = await asOperator(bindings(databases(), { orders: [order] }))(
      'POST /api/ops/sweep',
    )
    expect(await response.json()).toMatchObject({ failed: 0 })
    expect(poked).toHaveBeenCalledOnce()
  })

  it('asks every domain about leases; one that is down is counted and costs nothing else', async () => {
    const orderId = orderIdOfNumber(56)
    await logSaga(databases().sagaLog, { orderId, startedAtMs: 0 })
    const order = new OrderDouble(orderId)
    const poked = vi.spyOn(order, 'poke')
    const { INVENTORY, LOGISTICS, ...others } = bindings(databases(), { orders: [order] })
    const env = {
      ...others,
      INVENTORY: { ...INVENTORY, askAboutLeases: leases(5, 3, 1, 1) },
      LOGISTICS: { ...LOGISTICS, askAboutLeases: leases(4, 0, 4, 0) },
      POINTS: { ...others.POINTS, askAboutLeases: down },
    }
    const response = await asOperator(env)('POST /api/ops/sweep')
    expect(await response.json()).toMatchObject({
      leases: { asked: 9, kept: 3, released: 5, unanswered: 1, failed: 1 },
    })
    expect(poked).toHaveBeenCalledOnce()
  })

  it('waits ten seconds for a domain, and no longer', async () => {
    const { POINTS, ...others } = bindings(databases())
    vi.useFakeTimers()
    const swept = sweep({ ...others, POINTS: { ...POINTS, askAboutLeases: neverAnswer } })
    await vi.advanceTimersByTimeAsync(10_000)
    vi.useRealTimers()
    expect((await swept).leases).toMatchObject({ failed: 1 })
  })

  it('waits five seconds for an order, and pokes the others', async () => {
    const [silent, other] = [57, 58].map(orderIdOfNumber)
    if (!silent || !other) throw new RangeError('two orders')
    for (const orderId of [silent, other]) {
      await logSaga(databases().sagaLog, { orderId, startedAtMs: 0 })
    }
    const order = new OrderDouble(silent)
    const asked = Promise.withResolvers<void>()
    order.poke = () => {
      asked.resolve()
      return neverAnswer()
    }
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const next = new OrderDouble(other)
    const poked = vi.spyOn(next, 'poke')
    const swept = sweep(bindings(databases(), { orders: [order, next] }))
    await asked.promise
    await vi.advanceTimersByTimeAsync(5_000)
    vi.useRealTimers()
    expect(await swept).toMatchObject({ failed: 1 })
    expect(poked).toHaveBeenCalledOnce()
  })

  it("without D1's log it fails, but the domains have asked before", async () => {
    const askAboutLeases = vi.fn<DomainReads['askAboutLeases']>(leases(0, 0, 0, 0))
    const { INVENTORY, ...others } = bindings({ ...databases(), sagaLog: databases().catalog })
    const env = { ...others, INVENTORY: { ...INVENTORY, askAboutLeases } }
    expect((await asOperator(env)('POST /api/ops/sweep')).status).toBe(503)
    expect(askAboutLeases).toHaveBeenCalledOnce()
  })
})

const neverAnswer = () => new Promise<never>(() => {})

function leases(
  asked: number,
  kept: number,
  released: number,
  unanswered: number,
): DomainReads['askAboutLeases'] {
  return async () => ({ asked, kept, released, unanswered })
}

describe('PUT /api/dev/faults/{domain}', () => {
  const rates = {
    latencyMs: 5,
    transientRate: 0,
    rejectRate: 1,
    dropReplyRate: 0,
    duplicateRate: 0,
  }

  it('hands the faults to the domain', async () => {
    const { POINTS } = bindings(databases())
    const setFaults = vi.fn<DomainReads['setFaults']>(async () => true)
    const env = bindings(databases(), { POINTS: { ...POINTS, setFaults } })
    const json = { ...rates, only: { direction: 'compensation' } }
    const response = await asOperator(env)('PUT /api/dev/faults/points', { json })
    expect(response.status).toBe(204)
    expect(setFaults).toHaveBeenCalledExactlyOnceWith(json)
  })

  it('a domain of a production bundle has none', async () => {
    const { POINTS } = bindings(databases())
    const env = bindings(databases(), { POINTS: { ...POINTS, setFaults: async () => false } })
    const response = await asOperator(env)('PUT /api/dev/faults/points', { json: rates })
    expect(await problemOf(response)).toMatchObject({ status: 404, code: 'faults-not-available' })
  })

  it.each([
    ['points', { ...rates, transientRate: 1.1 }, 'transientRate'],
    ['points', { ...rates, only: { setp: 'x' } }, 'only.setp'],
    ['weather', rates, 'domain'],
  ])('of %s: %j is invalid', async (domain, json, field) => {
    const operator = asOperator(bindings(databases()))
    const response = await operator(`PUT /api/dev/faults/${domain}`, { json })
    expect(await problemOf(response)).toMatchObject({ status: 422, errors: [{ field }] })
  })
})
