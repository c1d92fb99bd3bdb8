import { afterEach, describe, expect, it, vi } from 'vitest'
import { type OrderId, sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { Inspection } from '../../durable-objects/order-rpc.ts'
import { auditAll } from '../../worker/api/ops/audit/walk.ts'
import type { ApiBindings } from '../../worker/api/ports.ts'
import type { DomainReads, PaymentRecord } from '../../worker/domains/reads.ts'
import { useDatabases } from './support/databases.ts'
import {
  OrderDouble,
  bindings,
  down,
  inspectionOf,
  orderIdOfNumber,
  paid,
} from './support/doubles.ts'
import { asOperator, problemOf } from './support/requests.ts'
import { logSaga } from './support/saga-log.ts'

const databases = useDatabases()
const orderId = orderIdOfNumber(0x10)
const beforeIt = orderIdOfNumber(0xf)
const running = inspectionOf(orderId, { status: 'running' })
const completed = inspectionOf(orderId, {
  status: 'completed',
  orderStatus: 'confirmed',
  settled: true,
})
const compensated = inspectionOf(orderId, {
  status: 'compensated',
  orderStatus: 'failed',
  settled: true,
})

afterEach(() =>
  databases().sagaLog.batch(
    ['saga_event', 'saga_instance'].map((table) =>
      databases().sagaLog.prepare(`delete from ${table}`),
    ),
  ),
)

describe('the walk', () => {
  it('A1: sees every order that any database knows of, once, page by page', async () => {
    const numbers = Array.from({ length: 1_050 }, (_, index) => index * 7 + 1)
    const records = numbers.map((number) => paid(orderIdOfNumber(number)))
    const orders = numbers.map((number) => toldOrder(orderIdOfNumber(number), running))
    for (const number of [2, 19_000]) {
      orders.push(toldOrder(orderIdOfNumber(number), running))
      await logSaga(databases().sagaLog, { orderId: orderIdOfNumber(number) })
    }
    const env = bindings(databases(), { ...paying(records), orders })
    const inspected = orders.map((order) => vi.spyOn(order, 'inspect'))
    const { counts, violations, next } = await auditAll(env, null, undefined, atOnce)
    expect(violations).toEqual([])
    expect(counts).toMatchObject({ orders: 1_052, unsettled: 1_052, payments: 1_050 })
    expect(next).toBeNull()
    for (const spy of inspected) expect(spy).toHaveBeenCalledOnce()
  })

  it('A1: goes on where it was told to', async () => {
    const ids = [1, 2, 3, 4, 5].map((number) => orderIdOfNumber(0x1000 + number))
    const orders = ids.map((id) => toldOrder(id, running))
    const env = bindings(databases(), { ...paying(ids.map((id) => paid(id))), orders })
    const first = await auditAll(env, orderIdOfNumber(0x1000), 2)
    expect(first.next).toBe(ids[1])
    const rest = await auditAll(env, first.next, 100)
    expect(rest).toMatchObject({ counts: { payments: 3 } })
  })

  it('A2: what is being settled while it looks is no violation', async () => {
    // The ledger was read before the charge, the saga after its end.
    const looks = [paid(orderId, { captures: 0, captured: 0 }), paid(orderId)]
    const env = bindings(databases(), {
      PAYMENTS: payingInTurn(looks),
      orders: [toldOrder(orderId, completedAt(Date.now()))],
    })
    expect((await auditAll(env, beforeIt, 1)).violations).toEqual([])
  })

  it('A2: what stays wrong is one', async () => {
    const env = bindings(databases(), {
      ...paying([paid(orderId)]),
      orders: [toldOrder(orderId, compensated)],
    })
    const { violations } = await auditAll(env, beforeIt, 1)
    expect(violations).toContainEqual({
      domain: 'payments',
      law: 'paid-in-full-or-not-at-all',
      subject: orderId,
      detail: '1490 kept, expected 0',
    })
  })

  it('a hold that its domain gives back meanwhile is no violation', async () => {
    const stuck = { items: [{ orderId, state: 'held' as const }], next: null }
    const none = { items: [], next: null }
    const { POINTS } = bindings(databases())
    const holds = vi.fn<DomainReads['holds']>(async () => none)
    holds.mockResolvedValueOnce(stuck)
    const orders = [toldOrder(orderId, inspectionOf(orderId, { status: 'compensated' }))]
    const env = bindings(databases(), { POINTS: { ...POINTS, holds }, orders })
    expect((await auditAll(env, beforeIt, 1)).violations).toEqual([])
    holds.mockResolvedValue(stuck)
    const again = await auditAll(env, beforeIt, 1)
    expect(again.violations).toMatchObject([{ domain: 'points', law: 'hold-without-live-saga' }])
  })
})

describe('A4: a part', () => {
  it('calls other Workers fewer than 32 times, however much in it is wrong', async () => {
    const ids = Array.from({ length: 500 }, (_, index) => orderIdOfNumber(0x20_000 + index))
    const orders = ids.map((id) => toldOrder(id, compensated))
    const all = bindings(databases(), { ...paying(ids.map((id) => paid(id))), orders })
    const { env, calls } = counting(all)
    const { violations } = await auditAll(env, null, 500)
    expect(new Set(violations.map(({ subject }) => subject)).size).toBe(500)
    expect(calls()).toBe(26)
  })

  it('ends earlier where orders have come in between, and the next one sees the rest', async () => {
    const ids = [1, 2, 3, 4].map((number) => orderIdOfNumber(0x30_000 + number * 2))
    const late = orderIdOfNumber(0x30_003)
    const known = ids.map((id) => paid(id))
    const orders = [...ids, late].map((id) => toldOrder(id, compensated))
    const { PAYMENTS } = paying([])
    let looks = 0
    const env = bindings(databases(), {
      PAYMENTS: {
        ...PAYMENTS,
        payments: (after, limit) => {
          looks += 1
          const records = looks === 1 ? known : [...known, paid(late)]
          return paying(records).PAYMENTS.payments(after, limit)
        },
      },
      orders,
    })
    const first = await auditAll(env, orderIdOfNumber(0x30_000), 4)
    expect(first.next).toBe(ids[2])
    const rest = await auditAll(env, first.next, 4)
    const subjects = [...first.violations, ...rest.violations].map(({ subject }) => subject)
    expect(subjects.toSorted()).toEqual(subjects)
    expect(new Set(subjects)).toEqual(new Set(ids))
    expect(first.counts.orders + rest.counts.orders).toBe(ids.length)
  })
})

describe('W4: where D1 says that an order stands, and its object something else', () => {
  const id = orderIdOfNumber(0xa000)
  const whole = { orderId: id, status: 'completed', orderStatus: 'confirmed', transitions: 3 }
  const confirmed = inspectionOf(id, {
    status: 'completed',
    orderStatus: 'confirmed',
    settled: true,
  })
  const forget = (table: string) =>
    databases().sagaLog.prepare(`delete from ${table} where order_id = ?`).bind(id).run()

  async function laws(inspection: Inspection | null, known: Partial<ApiBindings> = {}) {
    const orders = inspection ? [toldOrder(id, inspection)] : []
    const env = bindings(databases(), { ...known, orders })
    const { violations } = await auditAll(env, orderIdOfNumber(0x9fff), 1)
    return violations.map(({ law, subject }) => ({ law, subject }))
  }

  it('the same is right', async () => {
    await logSaga(databases().sagaLog, whole)
    expect(await laws(confirmed, paying([paid(id)]))).toEqual([])
  })

  it.each([
    ['that it still runs', `status = 'running'`],
    ['another end', `status = 'compensated', order_status = 'failed'`],
    ['that something moves', 'settled = 0'],
    ['a gap where there is none', 'has_gap = 1'],
    ['what it was before', 'last_seq = 2'],
    ['what a lost journal said', 'epoch = 0'],
  ])('%s is wrong', async (_what, set) => {
    await logSaga(databases().sagaLog, whole)
    await databases()
      .sagaLog.prepare(`update saga_instance set ${set} where saga_id = ?`)
      .bind(id)
      .run()
    expect(await laws(confirmed, paying([paid(id)]))).toEqual([
      { law: 'listed-as-it-stands', subject: id },
    ])
  })

  it('nothing at all is wrong, though its transitions are there: its shopper does not find it', async () => {
    await logSaga(databases().sagaLog, whole)
    await forget('saga_instance')
    expect(await laws(confirmed, paying([paid(id)]))).toEqual([
      { law: 'listed-as-it-stands', subject: id },
    ])
  })

  it('a saga that it does not have is wrong', async () => {
    await logSaga(databases().sagaLog, whole)
    await logSaga(databases().sagaLog, { ...whole, suffix: 'return' })
    expect(await laws(confirmed, paying([paid(id)]))).toEqual([
      { law: 'listed-as-it-stands', subject: id },
    ])
  })

  it('an order without a journal is wrong, even without a transition', async () => {
    await logSaga(databases().sagaLog, whole)
    await forget('saga_event')
    expect(await laws(null)).toEqual([{ law: 'log-without-journal', subject: id }])
  })

  it('A1: an order of which only the inventory knows still is seen', async () => {
    const refused = inspectionOf(id, {
      status: 'compensated',
      orderStatus: 'failed',
      settled: true,
    })
    const orderIds: DomainReads['orderIds'] = async (after) => ({
      items: after === null || after < id ? [{ orderId: id }] : [],
      next: null,
    })
    const { INVENTORY } = bindings(databases())
    expect(await laws(refused, { INVENTORY: { ...INVENTORY, orderIds } })).toContainEqual({
      law: 'log-equals-journal',
      subject: id,
    })
  })
})

it('counts what operators have written off', async () => {
  const writeOff = {
    sagaId: sagaIdOf(orderId),
    step: 'freeze-points',
    domain: 'points',
    direction: 'compensation',
    atMs: 1_000,
    by: 'Ann',
    reason: 'the account is gone',
  } as const
  const env = bindings(databases(), {
    ...paying([paid(orderId, { refunded: 1490 })]),
    orders: [toldOrder(orderId, { ...compensated, writeOffs: [writeOff, writeOff] })],
  })
  const { counts } = await auditAll(env, beforeIt, 1)
  expect(counts).toMatchObject({ orders: 1, writeOffs: 2 })
})

describe('GET /api/ops/audit', () => {
  it('tells what the domains themselves found', async () => {
    const broken = { domain: 'points', law: 'sum', subject: 'cus_1', detail: '1 is not 2' }
    const { POINTS } = bindings(databases())
    const env = bindings(databases(), { POINTS: { ...POINTS, violations: async () => [broken] } })
    const response = await asOperator(env)('GET /api/ops/audit')
    expect(await response.json()).toMatchObject({ ok: false, violations: [broken], next: null })
  })

  it('A3: asks the domains for their own laws in the first part only', async () => {
    const { INVENTORY } = bindings(databases())
    const violations = vi.fn<DomainReads['violations']>(async () => [])
    const env = bindings(databases(), { INVENTORY: { ...INVENTORY, violations } })
    const ask = asOperator(env)
    await ask('GET /api/ops/audit?limit=1')
    expect(violations).toHaveBeenCalledOnce()
    await ask(`GET /api/ops/audit?limit=1&after=${orderIdOfNumber(0xffff_ffff)}`)
    expect(violations).toHaveBeenCalledOnce()
  })

  it('is not clean while a service does not answer: it is a problem', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => {})
    const { LOGISTICS } = bindings(databases())
    const env = bindings(databases(), { LOGISTICS: { ...LOGISTICS, violations: down } })
    const response = await asOperator(env)('GET /api/ops/audit')
    expect(response.status).toBe(503)
    expect(await problemOf(response)).toMatchObject({ code: 'service-unavailable' })
  })
})

/** Counts the calls of domains. */
function counting(env: ApiBindings): { env: ApiBindings; calls: () => number } {
  let calls = 0
  const counted = <Service extends object>(service: Service): Service =>
    new Proxy(service, {
      get: (target, name, receiver) => {
        calls += 1
        return Reflect.get(target, name, receiver)
      },
    })
  return {
    env: {
      ...env,
      INVENTORY: counted(env.INVENTORY),
      COUPONS: counted(env.COUPONS),
      POINTS: counted(env.POINTS),
      LOGISTICS: counted(env.LOGISTICS),
      PAYMENTS: counted(env.PAYMENTS),
    },
    calls: () => calls,
  }
}

/** Instead of the pause between pages. */
async function atOnce(): Promise<void> {}

function toldOrder(id: OrderId, inspection: Inspection): OrderDouble {
  const order = new OrderDouble(id)
  order.inspection = () => inspection
  return order
}

function completedAt(nowMs: number): Inspection {
  const transitions = completed.transitions.map((transition) => ({ ...transition, atMs: nowMs }))
  return { ...completed, transitions }
}

/** A ledger with these records, that gives them in pages. */
function paying(records: PaymentRecord[]): Pick<ApiBindings, 'PAYMENTS'> {
  const sorted = records.toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1))
  return {
    PAYMENTS: {
      ...bindings(databases()).PAYMENTS,
      payments: async (after, limit) => {
        const items = sorted
          .filter(({ orderId: id }) => after === null || id > after)
          .slice(0, limit)
        return { items, next: items.length < limit ? null : (items.at(-1)?.orderId ?? null) }
      },
    },
  }
}

function payingInTurn(looks: PaymentRecord[]): ApiBindings['PAYMENTS'] {
  const turns = looks.values()
  return {
    ...bindings(databases()).PAYMENTS,
    payments: async () => {
      const { value } = turns.next()
      return { items: value ? [value] : [], next: null }
    },
  }
}
