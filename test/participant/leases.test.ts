import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import type { LeaseAnswer } from '../../durable-objects/core/messages.ts'
import { LEASE_EXTENSION_MS } from '../../worker/domains/leases.ts'
import { type HoldDomain, type Store, assertLawful, domainNamed, holdDomains } from './domains.ts'
import { ask, forgetLeases, releaseBy } from './leases.ts'
import { again, newOrderId } from '../support/commands.ts'
import { outcomes, repliesHeardBy } from './queue.ts'

const HOLD_MS = 60_000
/** A time at which the leases of all holds that a test makes have ended. */
const later = () => Date.now() + HOLD_MS

const says = (orderId: OrderId, answer: () => Promise<LeaseAnswer>) => new Map([[orderId, answer]])

const refuseToAnswer = () => Promise.reject(new Error('the object is down'))

async function held(domain: HoldDomain, units = 5): Promise<{ store: Store; orderId: OrderId }> {
  const store = await domain.open(units)
  const orderId = newOrderId()
  expect(await outcomes(domain.queue, [store.hold(orderId)])).toEqual(['done'])
  return { store, orderId }
}

describe.each(holdDomains)('$name', (domain) => {
  beforeEach(() => forgetLeases(domain))
  afterEach(() => assertLawful(domain))

  it('an order is asked about its hold when the lease has ended, not before (H1)', async () => {
    const earliestMs = Date.now() + HOLD_MS
    const { store, orderId } = await held(domain)
    expect(await ask(domain, { nowMs: earliestMs - 1 })).toMatchObject({ asked: [] })
    const { report, asked } = await ask(domain, { nowMs: later() })
    expect(asked).toEqual([`${orderId} ${store.hold(orderId).step}`])
    expect(report).toEqual({ asked: 1, kept: 1, released: 0, unanswered: 0 })
    expect(await store.freeUnits()).toBe(4)
  })

  it('what is kept is asked about again only when its lease has been extended and ended (H2)', async () => {
    await held(domain)
    const nowMs = later()
    await ask(domain, { nowMs })
    const before = await ask(domain, { nowMs: nowMs + LEASE_EXTENSION_MS - 1 })
    const after = await ask(domain, { nowMs: nowMs + LEASE_EXTENSION_MS })
    expect([before, after].map(({ report }) => report.asked)).toEqual([0, 1])
  })

  it('a hold that is older than leases is asked about', async () => {
    const { orderId } = await held(domain)
    await domain.db
      .prepare('update operation set lease_until_ms = null where order_id = ?1')
      .bind(orderId)
      .run()
    expect((await ask(domain, { nowMs: 0 })).report.asked).toBe(1)
  })

  it('nobody asks about what is final or released: only holds have a lease', async () => {
    const { store, orderId } = await held(domain)
    const other = newOrderId()
    await outcomes(domain.queue, [store.commit(orderId), store.hold(other), store.release(other)])
    expect((await ask(domain, { nowMs: later() })).asked).toEqual([])
  })

  it('a hold is released on the word of its order, which is told so (H1, H3)', async () => {
    const { store, orderId } = await held(domain)
    const release = store.release(orderId)
    const answers = says(orderId, async () => releaseBy(release))
    const { report } = await ask(domain, { answers, nowMs: later() })
    expect(report).toEqual({ asked: 1, kept: 0, released: 1, unanswered: 0 })
    expect(await store.freeUnits()).toBe(5)
    const { step, attempt } = release
    expect(await repliesHeardBy(orderId)).toContainEqual(
      expect.objectContaining({ step, attempt, direction: 'compensation', outcome: 'done' }),
    )
  })

  it('a compensation that comes by queue as well, after or before, changes nothing (H3, B5)', async () => {
    const { store, orderId } = await held(domain)
    const release = store.release(orderId)
    const answers = says(orderId, async () => releaseBy(release))
    await ask(domain, { answers, nowMs: later() })
    expect(await outcomes(domain.queue, [again(release)])).toEqual(['done'])
    expect(await store.freeUnits()).toBe(5)

    const other = newOrderId()
    await outcomes(domain.queue, [store.hold(other)])
    // It comes while the order is being asked.
    const overtaken = says(other, async () => {
      await outcomes(domain.queue, [store.release(other)])
      return releaseBy(store.release(other))
    })
    const { report } = await ask(domain, { answers: overtaken, nowMs: later() })
    expect(report).toMatchObject({ asked: 1, released: 1 })
    expect(await store.freeUnits()).toBe(5)
  })

  it('a release of what was made final meanwhile is refused, and the order hears of it', async () => {
    const { store, orderId } = await held(domain)
    const answers = says(orderId, async () => {
      await outcomes(domain.queue, [store.commit(orderId)])
      return releaseBy(store.release(orderId))
    })
    const { report } = await ask(domain, { answers, nowMs: later() })
    expect(report).toEqual({ asked: 1, kept: 1, released: 0, unanswered: 0 })
    expect(await store.freeUnits()).toBe(4)
    expect((await repliesHeardBy(orderId)).at(-1)).toMatchObject({ code: 'not-held' })
  })

  it('released although its order cannot be told: over is over', async () => {
    const { store, orderId } = await held(domain)
    const answers = says(orderId, async () => releaseBy(store.release(orderId)))
    await deafen(orderId)
    expect((await ask(domain, { answers, nowMs: later() })).report.released).toBe(1)
    expect(await store.freeUnits()).toBe(5)
  })

  it.each<[what: string, answer: (store: Store, orderId: OrderId) => Promise<LeaseAnswer>]>([
    ['none', refuseToAnswer],
    ['no command', async () => ({ kind: 'release', command: '{' })],
    ['a newer version', async (s, id) => newer(releaseBy(s.release(id)))],
    ['of another order', async (s) => releaseBy(s.release(newOrderId()))],
    ['of a pivot', async () => ({ kind: 'void' })],
    ['no compensation', async (s, id) => releaseBy(s.hold(id))],
    ['another step', async (s, id) => releaseBy({ ...s.release(id), step: 'no-such-step' })],
  ])('without an answer that is understood it keeps: %s (H1)', async (_what, answer) => {
    const { store, orderId } = await held(domain)
    const answers = says(orderId, () => answer(store, orderId))
    const { report } = await ask(domain, { answers, nowMs: later() })
    expect(report).toEqual({ asked: 1, kept: 0, released: 0, unanswered: 1 })
    expect(await store.freeUnits()).toBe(4)
  })

  it('an order that takes too long to answer has not answered (H1)', async () => {
    const { store, orderId } = await held(domain)
    const answers = says(orderId, () => new Promise(() => {}))
    const runtime = { after: atOnce }
    const { report } = await ask(domain, { answers, nowMs: later(), runtime })
    expect(report).toEqual({ asked: 1, kept: 0, released: 0, unanswered: 1 })
    expect(await store.freeUnits()).toBe(4)
  })

  it('orders that never answer do not keep the others from being asked (H2)', async () => {
    const store = await domain.open(5)
    const [silent, mute, last] = [newOrderId(), newOrderId(), newOrderId()]
    // One batch each, oldest first.
    for (const orderId of [silent, mute, last]) {
      const holdMs = [silent, mute, last].indexOf(orderId)
      await outcomes(domain.queue, [{ ...store.hold(orderId), holdMs }])
    }
    const answers = new Map([silent, mute].map((orderId) => [orderId, refuseToAnswer] as const))
    const nowMs = later()
    const first = await ask(domain, { answers, nowMs, limit: 2 })
    expect(first.report).toMatchObject({ asked: 2, unanswered: 2 })
    expect((await ask(domain, { answers, nowMs, limit: 2 })).asked).toEqual([
      expect.stringContaining(last),
    ])
  })

  it('two who ask at once ask about different holds (H2)', async () => {
    const store = await domain.open(5)
    const orders = Array.from({ length: 4 }, () => newOrderId())
    await outcomes(
      domain.queue,
      orders.map((orderId) => store.hold(orderId)),
    )
    const nowMs = later()
    const both = await Promise.all([
      ask(domain, { nowMs, limit: 2 }),
      ask(domain, { nowMs, limit: 2 }),
    ])
    const step = store.hold(newOrderId()).step
    expect(both.flatMap(({ asked }) => asked).toSorted()).toEqual(
      orders.map((orderId) => `${orderId} ${step}`).toSorted(),
    )
  })
})

describe('what is wrong with one hold costs the others nothing', () => {
  const domain = domainNamed('inventory')
  const { db } = domain

  it('a row whose ids cannot be read (H2)', async () => {
    await forgetLeases(domain)
    const [broken, good] = [await held(domain), await held(domain)]
    await rename(db, broken.orderId, 'ord_?')
    const { report, asked } = await ask(domain, { nowMs: later() })
    expect(report).toEqual({ asked: 2, kept: 1, released: 0, unanswered: 1 })
    expect(asked).toEqual([expect.stringContaining(good.orderId)])
    await rename(db, 'ord_?', broken.orderId)
  })

  it('a release that the database refuses (A1)', async () => {
    await forgetLeases(domain)
    const [broken, good] = [await held(domain), await held(domain)]
    // Below zero, says a constraint, when it is released.
    const lose = (units: number) =>
      db
        .prepare(
          `update stock set reserved = reserved - ?2
           where sku = (select sku from reservation where order_id = ?1)`,
        )
        .bind(broken.orderId, units)
        .run()
    await lose(1)
    const answers = new Map(
      [broken, good].map(({ store, orderId }) => [
        orderId,
        async () => releaseBy(store.release(orderId)),
      ]),
    )
    const { report } = await ask(domain, { answers, nowMs: later() })
    expect(report).toEqual({ asked: 2, kept: 1, released: 1, unanswered: 0 })
    expect(await good.store.freeUnits()).toBe(5)
    await lose(-1)
    expect(await broken.store.freeUnits()).toBe(4)
  })
})

/** Gives an order's hold and its operation another id. */
async function rename(db: D1Database, from: string, to: string): Promise<void> {
  await db.batch(
    [
      'update reservation set order_id = ?2 where order_id = ?1',
      'update operation set order_id = ?2, saga_id = ?2 where order_id = ?1',
    ].map((statement) => db.prepare(statement).bind(from, to)),
  )
}

function newer(answer: LeaseAnswer): LeaseAnswer {
  if (answer.kind !== 'release') throw new TypeError('no command')
  return { ...answer, command: answer.command.replace('"v":1', '"v":2') }
}

/** A timer that has run out before anybody can answer. */
function atOnce(_durationMs: number, callback: () => void): () => void {
  callback()
  return () => {}
}

const deafen = (orderId: OrderId) => env.ORDER_RECORDERS.getByName(orderId).beDeaf(1)
