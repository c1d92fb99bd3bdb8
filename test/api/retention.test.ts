import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import type { JournalHead } from '../../durable-objects/order-rpc.ts'
import {
  type RetentionVars,
  prune,
  pruneAsSet,
  retentionOf,
} from '../../worker/saga-log/retention.ts'
import { sweep } from '../../worker/sweep.ts'
import { useDatabases } from './support/databases.ts'
import { OrderDouble, bindings, orderIdOfNumber } from './support/doubles.ts'
import { plansIn } from './support/plans.ts'

const databases = useDatabases()
const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})

const DAY_MS = 86_400_000
const NEVER_MS = Number.MAX_SAFE_INTEGER

beforeEach(async () => {
  logged.mockClear()
  warned.mockClear()
  await databases().sagaLog.batch(
    ['saga_event', 'saga_instance', 'prune_walk'].map((table) =>
      databases().sagaLog.prepare(`delete from ${table}`),
    ),
  )
})

type Row = { suffix?: string; startedAtMs?: number; settled?: 0 | 1; hasGap?: 0 | 1 }

const INSTANCE = `
  insert into saga_instance (saga_id, order_id, definition, version, status, customer_id, order_status,
    settled, summary, started_at_ms, deadline_at_ms, updated_at_ms, last_seq, epoch, trace_id, has_gap)
  values (?1, ?2, 'order-create', 1, 'completed', 'cus_1', 'confirmed', ?3,
    '{"total":{"amount":1,"currency":"USD"},"units":1}', ?4, ?4, ?4, 2, 1, '', ?5)`
const EVENTS = `
  insert into saga_event (order_id, seq, epoch, saga_id, at_ms, events, trace_id)
  select ?1, value, 1, ?1, 1, '[]', '' from json_each('[1,2]')`

/** An order of two transitions, and its sagas. */
async function logOrder(number: number, ...sagas: Row[]): Promise<OrderId> {
  const orderId = orderIdOfNumber(number)
  const db = databases().sagaLog
  const rows = sagas.map(({ suffix = '', startedAtMs = number, settled = 1, hasGap = 0 }) =>
    db.prepare(INSTANCE).bind(`${orderId}${suffix}`, orderId, settled, startedAtMs, hasGap),
  )
  await db.batch([...rows, db.prepare(EVENTS).bind(orderId)])
  return orderId
}

type Heads = (orderId: string) => Promise<JournalHead | null>
const allThere: Heads = async () => ({ epoch: 1, version: 2 })

const envOf = (journalHead: Heads = allThere) => ({
  SAGA_LOG_DB: databases().sagaLog,
  ORDERS: { getByName: (orderId: string) => ({ journalHead: () => journalHead(orderId) }) },
})

/** The numbers of the orders of which D1 has transitions, and of those whose sagas are marked. */
async function found() {
  const db = databases().sagaLog
  const numbers = async (sql: string) =>
    (await db.prepare(sql).all<{ id: string }>()).results.map(({ id }) =>
      Number(`0x${id.split('_')[1]}`),
    )
  return {
    kept: await numbers('select distinct order_id as id from saga_event order by 1'),
    pruned: await numbers(
      'select distinct order_id as id from saga_instance where pruned = 1 order by 1',
    ),
  }
}

describe('T1: what is pruned', () => {
  it('is orders that have ended, whose last saga began before; its transitions only', async () => {
    await logOrder(1, {})
    await logOrder(2, { settled: 0 })
    await logOrder(3, { hasGap: 1 })
    await logOrder(4, {}, { suffix: ':return', startedAtMs: 100 })
    await logOrder(5, {}, { suffix: ':return', startedAtMs: 9 })
    await logOrder(11, {})
    expect(await prune(envOf(), 10)).toBe(3)
    expect(await found()).toEqual({ kept: [2, 3, 4, 11], pruned: [1, 5] })
    const { results } = await databases().sagaLog.prepare('select * from saga_instance').all()
    expect(results).toHaveLength(8)
  })

  it('is pruned once its newer saga is as old', async () => {
    await logOrder(4, {}, { suffix: ':return', startedAtMs: 100 })
    expect(await prune(envOf(), 50)).toBe(0)
    expect(await prune(envOf(), 100)).toBe(2)
    expect(await found()).toEqual({ kept: [], pruned: [4] })
  })

  it.each<[string, JournalHead | null]>([
    ['has lost its journal', null],
    ['is ahead of D1', { epoch: 1, version: 3 }],
    ['was restored meanwhile', { epoch: 2, version: 2 }],
  ])('is nothing of which the object %s', async (_what, head) => {
    const lost = await logOrder(1, {})
    await logOrder(2, {})
    const heads: Heads = async (orderId) => (orderId === lost ? head : allThere(orderId))
    expect(await prune(envOf(heads), 10)).toBe(1)
    expect(await found()).toEqual({ kept: [1], pruned: [2] })
    expect(logged).toHaveBeenCalledTimes(head === null ? 1 : 0)
  })

  it.each(['epoch = 2', 'last_seq = 3', 'settled = 0', 'has_gap = 1'])(
    'is nothing that changes while its object answers: %s',
    async (change) => {
      await logOrder(1, {})
      const heads: Heads = async (orderId) => {
        await databases().sagaLog.prepare(`update saga_instance set ${change}`).run()
        return allThere(orderId)
      }
      expect(await prune(envOf(heads), 10)).toBe(0)
      expect(await found()).toEqual({ kept: [1], pruned: [] })
    },
  )
})

describe('T3: the walk', () => {
  it('goes on where it ended, and looks at nothing twice', async () => {
    await logOrder(1, {})
    await logOrder(2, { settled: 0 })
    const asked: string[] = []
    const heads: Heads = async (orderId) => {
      asked.push(orderId)
      return allThere(orderId)
    }
    await prune(envOf(heads), 10)
    await databases().sagaLog.prepare('update saga_instance set settled = 1').run()
    const third = await logOrder(3, {})
    await prune(envOf(heads), 10)
    expect(asked).toEqual([orderIdOfNumber(1), third])
    expect(await found()).toEqual({ kept: [2], pruned: [1, 3] })
  })

  it('passes one whose object does not answer, and waits where none does', async () => {
    const silent = await logOrder(1, {})
    const heads: Heads = async (orderId) => {
      if (orderId === silent) throw new Error('no answer')
      return allThere(orderId)
    }
    await expect(prune(envOf(heads), 10)).rejects.toThrow('none of 1 orders answers')
    await logOrder(2, {})
    expect(await prune(envOf(heads), 10)).toBe(1)
    expect(await prune(envOf(), 10)).toBe(0)
    expect(await found()).toEqual({ kept: [1], pruned: [2] })
  })

  it('gets through thousands in one sweep, many of one millisecond among them', async () => {
    const db = databases().sagaLog
    const FILL = `
      with recursive n(i) as (select 1 union all select i + 1 from n where i < 1700)
      insert into saga_instance (saga_id, order_id, definition, version, status, customer_id,
        order_status, settled, summary, started_at_ms, deadline_at_ms, updated_at_ms, last_seq, epoch, trace_id)
      select id, id, 'order-create', 1, 'completed', 'cus_1', 'confirmed', 1, '{}', at, at, at, 2, 1, ''
      from (select printf('ord_%032x', i) as id, i / 300 + 1 as at from n)`
    await db.prepare(FILL).run()
    await db
      .prepare(
        `insert into saga_event (order_id, seq, saga_id, at_ms, events, trace_id)
         select order_id, value, order_id, 1, '[]', '' from saga_instance, json_each('[1,2]')`,
      )
      .run()
    expect(await prune(envOf(), 10)).toBe(1_700)
    expect((await found()).kept).toEqual([])
  })

  it('reads no further than its page', async () => {
    await logOrder(1, {})
    const plan = await plansIn(databases().sagaLog, (SAGA_LOG_DB) =>
      prune({ ...envOf(), SAGA_LOG_DB }, 10),
    )
    expect(plan.some((step) => step.includes('saga_instance_newest (started_at_ms>'))).toBe(true)
    expect(plan.filter((step) => /SCAN (i|later|saga_\w+)\b/.test(step))).toEqual([])
  })
})

describe('SAGA_LOG_RETENTION_DAYS', () => {
  it.each([undefined, '', ' ', 'forever'])('%j: for ever', (days) => {
    expect(retentionOf(set(days))).toEqual({ kind: 'forever' })
  })

  it.each(['15', 15, ' 15 '])('15 is the shortest: %j', (days) => {
    expect(retentionOf(set(days))).toEqual({ kind: 'days', days: 15 })
  })

  it.each(['14', 14, '0', '-30', '30.5', '1e999', 'a month', 'Infinity'])(
    '%j keeps everything, and is complained about',
    async (days) => {
      await logOrder(1, {})
      expect(await pruneAsSet({ ...set(days), ...envOf() }, NEVER_MS)).toBe(0)
      expect(await found()).toEqual({ kept: [1], pruned: [] })
      expect(String(logged.mock.calls[0]?.[0])).toContain('must be `forever` or a number of days')
    },
  )

  it('counts days back from now', async () => {
    await logOrder(1, {})
    await logOrder(2, {})
    expect(await pruneAsSet({ ...set('20'), ...envOf() }, 20 * DAY_MS + 1)).toBe(1)
    expect(await found()).toEqual({ kept: [2], pruned: [1] })
  })

  it('without D1 nothing is pruned, and the sweep goes on', async () => {
    const env = { ...set('20'), ...envOf(), SAGA_LOG_DB: databases().catalog }
    expect(await pruneAsSet(env, NEVER_MS)).toBe(0)
    expect(String(warned.mock.calls[0]?.[0])).toContain('saga-log-not-pruned')
  })
})

describe('a database that is full', () => {
  it('has room made in it by the sweep, though no webhook can be sent', async () => {
    const order = new OrderDouble(await logOrder(1, {}))
    order.journalHead = () => allThere(order.orderId)
    const env = { ...bindings(databases(), { orders: [order] }), ...set('20') }
    const SAGA_LOG_DB = full(databases().sagaLog)
    expect(await sweep({ ...env, SAGA_LOG_DB }, 20 * DAY_MS + 1)).toMatchObject({
      webhooks: { sent: 0 },
      sagaLog: { pruned: 1 },
    })
    expect(String(warned.mock.calls[0]?.[0])).toContain('deliveries-not-sent')
  })
})

const set = (days: string | number | undefined): RetentionVars =>
  days === undefined ? {} : { SAGA_LOG_RETENTION_DAYS: days }

/** It takes nothing that needs room; what is due of webhooks is an index's entry that moves. */
const full = (database: D1Database): D1Database =>
  new Proxy(database, {
    get: (target, name) => {
      if (name !== 'prepare') return Reflect.get(target, name).bind(target)
      return (text: string) =>
        text.includes('update webhook_delivery')
          ? { bind: () => ({ all: () => Promise.reject(new Error('database or disk is full')) }) }
          : target.prepare(text)
    },
  })
