import {
  createExecutionContext,
  createMessageBatch,
  evictDurableObject,
  getQueueResult,
  runInDurableObject,
} from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import { sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { SagaLogMessage } from '../../durable-objects/saga-log/message.ts'
import { type DeadLetterBindings, consumeDeadLetters } from '../../worker/dead-letters.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'
import { rowsOf, sagaLogStatements } from '../../worker/saga-log/store.ts'
import {
  atRest,
  consume,
  eventsOf,
  instanceOf,
  loseTransitions,
  messageOf,
  settledOrder,
  upTo,
} from './saga-log-copy.ts'
import { newOrderId } from '../support/commands.ts'
import { Customer, eventually, fullOrder, loseAlarm, objectOf } from './shop.ts'

afterEach(() => env.POINTS.setFaults(NO_FAULTS))

describe('the saga log', () => {
  it('L2: what D1 lost is shipped again by the object that is poked', async () => {
    const { id, version } = await settledOrder()
    await loseTransitions(id)
    // Its alarm has done its work by now or will; a new instance knows nothing of either.
    await loseAlarm(id)
    await eventually(
      async () => {
        await objectOf(id).poke()
        return eventsOf(id)
      },
      (seqs) => seqs.length === version,
    )
    expect(await eventsOf(id)).toEqual(upTo(version))
  })

  it('L2: a journal of any length gets there, though a batch of messages may not be of any size', async () => {
    const { id, version } = await settledOrder()
    const length = version + 2_200
    await runInDurableObject(objectOf(id), (_, { storage }) => {
      for (let seq = version + 1; seq <= length; seq += 1) {
        storage.sql.exec(
          `insert into journal (seq, saga_id, at_ms, events) values (?, ?, ?, '[{"type":"address-changed"}]')`,
          seq,
          id,
          Date.now(),
        )
      }
    })
    await evictDurableObject(objectOf(id))
    await objectOf(id).poke()
    await eventually(
      () => eventsOf(id),
      (seqs) => seqs.length === length,
    )
  })

  it('S1, S2: messages that come twice, late and in any order leave the same rows', async () => {
    const { id } = await settledOrder()
    const copy = newOrderId()
    const all = (await objectOf(id).inspect())?.transitions ?? []
    const message = (from: number, to: number) =>
      messageOf(copy, to === all.length ? 'completed' : 'running', all.slice(from, to), to)
    const end = message(4, all.length)
    await consume([end])
    expect(await instanceOf(copy)).toMatchObject({ settled: 1, has_gap: 1, last_seq: all.length })
    await consume([message(2, 4), message(0, 2), end, message(0, 2)])
    expect(await eventsOf(copy)).toEqual(upTo(all.length))
    expect(await instanceOf(copy)).toMatchObject({ settled: 1, has_gap: 0, last_seq: all.length })
  })

  it('S1: a repeat writes no row', async () => {
    const { id } = await settledOrder()
    const copy = newOrderId()
    const all = (await objectOf(id).inspect())?.transitions ?? []
    const rowsChangedBy = async (epoch: number) => {
      const message = messageOf(copy, 'completed', all, all.length, epoch)
      const results = await env.SAGA_LOG_DB.batch(
        sagaLogStatements(env.SAGA_LOG_DB, [rowsOf(message)]),
      )
      return results.map(({ meta }) => meta.changes)
    }
    expect(await rowsChangedBy(1)).toEqual([1, 0, 0, all.length, 0, 0])
    expect(await rowsChangedBy(1)).toEqual([0, 0, 0, 0, 0, 0])
    expect(await rowsChangedBy(2)).toEqual([1, 0, 0, all.length, 0, 0])
    expect(await rowsChangedBy(1)).toEqual([0, 0, 0, 0, 0, 0])
  })

  it("S4: a newer journal's rows stand on the lost one's, and nothing of that lies beyond", async () => {
    const copy = newOrderId()
    const rows = upTo(12).map((seq) => ({ seq, atMs: 1, events: [] }))
    await consume([messageOf(copy, 'running', rows.slice(0, 10), 10)])
    await consume([messageOf(copy, 'running', rows.slice(5, 8), 8, 2)])
    expect(await eventsOf(copy)).toEqual(upTo(8))
    expect(await instanceOf(copy)).toMatchObject({ has_gap: 0, last_seq: 8 })
    await consume([messageOf(copy, 'running', rows.slice(8, 12), 12)])
    expect(await eventsOf(copy)).toEqual(upTo(8))
    expect(await instanceOf(copy)).toMatchObject({ has_gap: 0, last_seq: 8 })
  })

  it('S4: late rows of the lost one are not taken where the newer rows were let go', async () => {
    const copy = newOrderId()
    const rows = upTo(3).map((seq) => ({ seq, atMs: 1, events: [] }))
    await consume([messageOf(copy, 'completed', rows, 3, 2)])
    await env.SAGA_LOG_DB.prepare('delete from saga_event where order_id = ?').bind(copy).run()
    await consume([messageOf(copy, 'running', rows.slice(0, 2), 2)])
    expect(await eventsOf(copy)).toEqual([])
    await consume([messageOf(copy, 'completed', rows, 3, 2)])
    expect(await eventsOf(copy)).toEqual(upTo(3))
  })

  it('S4: a saga that only the lost journal had goes, also where it is told of late', async () => {
    const copy = newOrderId()
    const rows = upTo(10).map((seq) => ({ seq, atMs: 1, events: [] }))
    const create = messageOf(copy, 'completed', rows.slice(0, 8), 8)
    const lost = messageOf(copy, 'running', rows.slice(8), 10)
    const returned = lost.sagas.map((saga) => ({
      ...saga,
      sagaId: sagaIdOf(lost.orderId, 'return'),
    }))
    const late = { ...lost, sagas: [...create.sagas, ...returned] }
    await consume([create, late])
    expect(await instanceOf(`${copy}:return`)).toMatchObject({ last_seq: 10 })
    await consume([messageOf(copy, 'completed', rows.slice(0, 9), 9, 2)])
    expect(await instanceOf(`${copy}:return`)).toBeNull()
    await consume([late])
    expect(await instanceOf(`${copy}:return`)).toBeNull()
    expect(await instanceOf(copy)).toMatchObject({ has_gap: 0, last_seq: 9 })
    // Asked for again, it is a saga of the new journal.
    const again = messageOf(copy, 'completed', rows.slice(9), 10, 2)
    await consume([{ ...again, sagas: [...again.sagas, ...returned] }, late])
    expect(await instanceOf(`${copy}:return`)).toMatchObject({ has_gap: 0, last_seq: 10 })
  })

  it.each(['at once', 'late'])(
    'S4: one that the restored journal begins again is told as that, the lost one %s',
    async (when) => {
      const copy = newOrderId()
      const rows = upTo(10).map((seq) => ({ seq, atMs: 1, events: [] }))
      const lost = withReturn(messageOf(copy, 'running', rows, 10), 1_000, 1)
      if (when === 'at once') await consume([lost])
      const restored = messageOf(copy, 'completed', rows.slice(0, 9), 9, 2)
      const again = withReturn(messageOf(copy, 'running', rows.slice(9), 10, 2), 60_000, 2)
      await consume([lost, again, restored])
      const told = await env.SAGA_LOG_DB.prepare(
        `select version, started_at_ms, deadline_at_ms, epoch, has_gap
       from saga_instance where saga_id = ?`,
      )
        .bind(`${copy}:return`)
        .first()
      expect(told).toEqual({
        version: 2,
        started_at_ms: 60_000,
        deadline_at_ms: 63_000,
        epoch: 2,
        has_gap: 0,
      })
    },
  )

  it('a gap that is filled late is closed for every saga of its order', async () => {
    const copy = newOrderId()
    const rows = upTo(8).map((seq) => ({ seq, atMs: 1, events: [] }))
    const newest = messageOf(copy, 'completed', rows.slice(4), 8)
    const returned = newest.sagas.map((saga) => ({
      ...saga,
      sagaId: sagaIdOf(newest.orderId, 'return'),
    }))
    await consume([{ ...newest, sagas: [...newest.sagas, ...returned] }])
    expect(await instanceOf(`${copy}:return`)).toMatchObject({ has_gap: 1 })
    // Sent before the return began, so it does not name it.
    await consume([messageOf(copy, 'running', rows.slice(0, 4), 4)])
    expect(await instanceOf(copy)).toMatchObject({ has_gap: 0 })
    expect(await instanceOf(`${copy}:return`)).toMatchObject({ has_gap: 0 })
  })

  it('S3: a message that cannot be read is retried alone; the others are written', async () => {
    const { id, version } = await settledOrder()
    await env.SAGA_LOG_DB.prepare('delete from saga_event where order_id = ?').bind(id).run()
    const order = await objectOf(id).inspect()
    const good = messageOf(id, 'completed', order?.transitions ?? [], version)
    const result = await consume([{ v: 99 }, good, 'nonsense'])
    expect(result.retryMessages.map(({ msgId }) => msgId)).toEqual(['0', '2'])
    expect(result.explicitAcks).toEqual(['1'])
    expect(await eventsOf(id)).toEqual(upTo(version))
  })
})

describe('dead letters', () => {
  it('X1: are kept, and tell the saga, which asks again', async () => {
    await env.POINTS.setFaults({ ...NO_FAULTS, dropReplyRate: 1 })
    const customer = await Customer.arrive()
    const { id } = await customer.order(fullOrder)
    // Its timer may have sent the next attempt meanwhile: then that one dies.
    const died = await eventually(
      async () => {
        const { steps } = await customer.read(id)
        const { attempt = 1 } = steps.find(({ name }) => name === 'freeze-points') ?? {}
        const result = await consumeDead([deadCommand(id, customer.id, attempt), 'unreadable'])
        expect(result.explicitAcks).toHaveLength(2)
        return retriesOf(id)
      },
      (codes) => codes.length > 0,
    )
    expect(died).toContain('dead-letter')
    const letters = await env.SAGA_LOG_DB.prepare('select kind, step from dead_letter').all()
    expect(letters.results).toContainEqual({ kind: 'command', step: 'freeze-points' })
    expect(letters.results).toContainEqual({ kind: 'unreadable', step: null })
    await env.POINTS.setFaults(NO_FAULTS)
    expect((await customer.settled(id)).status).toBe('confirmed')
  })

  it('X1: one of the saga log pokes its order, which sends what D1 lacks', async () => {
    const { id, version } = await settledOrder()
    await loseAlarm(id)
    await env.SAGA_LOG_DB.prepare('delete from saga_event where order_id = ?').bind(id).run()
    await consumeDead([messageOf(id, 'completed', [], version)])
    await atRest(id, version)
  })

  it('X1: come back as long as their saga cannot be told', async () => {
    const dead = deadCommand(`ord_${'0'.repeat(32)}`, 'cus_1', 1)
    const result = await consumeDead([dead], { getByName: unreachable })
    expect(result.explicitAcks).toEqual([])
    expect(result.retryMessages).toHaveLength(1)
  })
})

/** The same, in which the order has a return as well. */
const withReturn = (message: SagaLogMessage, startedAtMs: number, version: number) => ({
  ...message,
  sagas: message.sagas.flatMap((saga) => [
    saga,
    {
      ...saga,
      sagaId: sagaIdOf(message.orderId, 'return'),
      definition: { name: 'order-return', version },
      startedAtMs,
      deadlineAtMs: startedAtMs + 3_000,
    },
  ]),
})

function unreachable(): never {
  throw new Error('no connection')
}

const deadCommand = (orderId: string, customer: string, attempt: number) => ({
  v: 1,
  orderId,
  sagaId: orderId,
  definition: { name: 'order-create', version: 1 },
  step: 'freeze-points',
  direction: 'action',
  mode: 'execute',
  attempt,
  budgetMs: 1_000,
  holdMs: 3_000,
  traceparent: '',
  input: { customer, points: 120 },
})

async function consumeDead(bodies: unknown[], orders: DeadLetterBindings['ORDERS'] = env.ORDERS) {
  const messages = bodies.map((body) => ({
    id: crypto.randomUUID(),
    timestamp: new Date(),
    attempts: 4,
    body,
  }))
  const batch = createMessageBatch('edge-saga-dead-letters', messages)
  await consumeDeadLetters(batch, { ...env, ORDERS: orders })
  return getQueueResult(batch, createExecutionContext())
}

/** Why the saga asked again, in its own words. */
async function retriesOf(orderId: string): Promise<unknown[]> {
  const transitions = (await objectOf(orderId).inspect())?.transitions ?? []
  return transitions
    .flatMap(({ events }) => events)
    .flatMap((event) => (event.type === 'retry-scheduled' && 'code' in event ? [event.code] : []))
}
