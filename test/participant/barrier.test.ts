import { sql } from 'drizzle-orm'
import { afterEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { defineStep } from '../../worker/domains/barrier.ts'
import { assertLawful, holdDomains, violations } from './domains.ts'
import { again, newOrderId } from '../support/commands.ts'
import { outcomes } from './queue.ts'

describe.each(holdDomains)('$name', (domain) => {
  afterEach(() => assertLawful(domain))

  it('a repeat is answered with the first result and changes nothing (B1)', async () => {
    const store = await domain.open(5)
    const hold = store.hold(newOrderId())
    expect(await outcomes(domain.queue, [hold])).toEqual(['done'])
    expect(await outcomes(domain.queue, [again(hold)])).toEqual(['done'])
    expect(await store.freeUnits()).toBe(4)
  })

  it('the same command twice in one batch is done once and answered twice (B3)', async () => {
    const store = await domain.open(5)
    const hold = store.hold(newOrderId())
    expect(await outcomes(domain.queue, [hold, again(hold)])).toEqual(['done', 'done'])
    expect(await store.freeUnits()).toBe(4)
  })

  it('a refused repeat stays refused, even when there is enough again (B1, B6)', async () => {
    const store = await domain.open(1)
    const holder = newOrderId()
    const late = store.hold(newOrderId())
    const refused = `rejected: ${domain.noneLeft}`
    expect(await outcomes(domain.queue, [store.hold(holder), late])).toEqual(['done', refused])
    expect(await outcomes(domain.queue, [store.release(holder), again(late)])).toEqual([
      'done',
      refused,
    ])
    expect(await store.freeUnits()).toBe(1)
  })

  it('a compensation undoes its action, once (B5)', async () => {
    const store = await domain.open(5)
    const order = newOrderId()
    await outcomes(domain.queue, [store.hold(order)])
    const release = store.release(order)
    expect(await outcomes(domain.queue, [release, again(release)])).toEqual(['done', 'done'])
    expect(await outcomes(domain.queue, [again(release)])).toEqual(['done'])
    expect(await store.freeUnits()).toBe(5)
  })

  it('a compensation without action does nothing, and the late action finds its row taken (B4)', async () => {
    const store = await domain.open(5)
    const order = newOrderId()
    expect(await outcomes(domain.queue, [store.release(order)])).toEqual(['done'])
    expect(await outcomes(domain.queue, [store.hold(order)])).toEqual([
      'rejected: already-compensated',
    ])
    expect(await store.freeUnits()).toBe(5)
  })

  it('two compensations at once, then a late action: balances as at the start (B4, B5)', async () => {
    const store = await domain.open(5)
    const order = newOrderId()
    const both = await Promise.all([
      outcomes(domain.queue, [store.release(order)]),
      outcomes(domain.queue, [store.release(order)]),
    ])
    expect(both).toEqual([['done'], ['done']])
    expect(await outcomes(domain.queue, [store.hold(order)])).toEqual([
      'rejected: already-compensated',
    ])
    expect(await store.freeUnits()).toBe(5)
  })

  it('action, compensation and the action again in one batch: nothing is left held (B4)', async () => {
    const store = await domain.open(5)
    const order = newOrderId()
    const hold = store.hold(order)
    expect(await outcomes(domain.queue, [hold, store.release(order), again(hold)])).toEqual([
      'done',
      'done',
      'rejected: already-compensated',
    ])
    expect(await store.freeUnits()).toBe(5)
  })

  it('the compensation of a rejected action does nothing (B5)', async () => {
    const store = await domain.open(0)
    const order = newOrderId()
    const hold = store.hold(order)
    const refused = `rejected: ${domain.noneLeft}`
    expect(await outcomes(domain.queue, [hold, store.release(order), again(hold)])).toEqual([
      refused,
      'done',
      refused,
    ])
    expect(await store.freeUnits()).toBe(0)
  })

  it('the last unit goes to the first of a batch that wants it', async () => {
    const store = await domain.open(1)
    const wanted = Array.from({ length: 5 }, () => store.hold(newOrderId()))
    const refused = `rejected: ${domain.noneLeft}`
    expect(await outcomes(domain.queue, wanted)).toEqual([
      'done',
      ...Array.from({ length: 4 }, () => refused),
    ])
    expect(await store.freeUnits()).toBe(0)
  })

  it('units wanted by many concurrent batches are all held, and none twice', async () => {
    const store = await domain.open(7)
    const batches = Array.from({ length: 10 }, () =>
      outcomes(
        domain.queue,
        Array.from({ length: 3 }, () => store.hold(newOrderId())),
      ),
    )
    const all = (await Promise.all(batches)).flat()
    expect(all.filter((outcome) => outcome === 'done')).toHaveLength(7)
    expect(await store.freeUnits()).toBe(0)
  })

  it('a rejected retriable action leaves no row, so a later try succeeds (B6)', async () => {
    const store = await domain.open(5)
    const order = newOrderId()
    const commit = store.commit(order)
    expect(await outcomes(domain.queue, [commit])).toEqual(['rejected: not-held'])
    const rows = await domain.db
      .prepare('select count(*) as n from operation where order_id = ?1')
      .bind(order)
      .first<number>('n')
    expect(rows).toBe(0)
    expect(await outcomes(domain.queue, [store.hold(order), again(commit)])).toEqual([
      'done',
      'done',
    ])
  })

  it('what was made final cannot be compensated, and the refusal is not stored (B6)', async () => {
    const store = await domain.open(5)
    const order = newOrderId()
    await outcomes(domain.queue, [store.hold(order), store.commit(order)])
    const release = store.release(order)
    expect(await outcomes(domain.queue, [release])).toEqual(['rejected: not-held'])
    const rows = await domain.db
      .prepare("select count(*) as n from operation where order_id = ?1 and direction <> 'action'")
      .bind(order)
      .first<number>('n')
    expect(rows).toBe(0)
    expect(await store.freeUnits()).toBe(4)
  })

  it('an operation keeps its trace, and a database refuses an illegal transition', async () => {
    const store = await domain.open(5)
    const order = newOrderId()
    await outcomes(domain.queue, [store.hold(order), store.release(order)])
    const row = await domain.db
      .prepare(
        "select status, traceparent from operation where saga_id = ?1 and direction = 'action'",
      )
      .bind(order)
      .first()
    expect(row).toEqual({ status: 'compensated', traceparent: store.hold(order).traceparent })
    const back = domain.db
      .prepare(
        "update operation set status = 'processed' where saga_id = ?1 and direction = 'action'",
      )
      .bind(order)
      .run()
    await expect(back).rejects.toThrow('illegal transition')
  })
})

describe.each(holdDomains.filter(({ givesBack }) => givesBack))('$name', (domain) => {
  it('what was made final is given back by the return saga, once', async () => {
    const store = await domain.open(5)
    const order = newOrderId()
    const giveBack = store.giveBack?.(order)
    if (giveBack === undefined) throw new Error('nothing to give back')
    expect(await outcomes(domain.queue, [giveBack])).toEqual([
      expect.stringMatching(/^rejected: not-(sold|used|spent)$/),
    ])
    await outcomes(domain.queue, [store.hold(order), store.commit(order)])
    expect(await store.freeUnits()).toBe(4)
    expect(await outcomes(domain.queue, [again(giveBack), again(giveBack)])).toEqual([
      'done',
      'done',
    ])
    expect(await store.freeUnits()).toBe(5)
    expect(await violations(domain)).toEqual([])
  })
})

it('a step that holds says how it is given back, and no other does: else nothing compiles or starts', () => {
  const input = z.strictObject({})
  const work = { rejection: sql`null`, effects: () => [] }
  // @ts-expect-error it could never be given back
  expect(() => defineStep({ kind: 'compensatable', input, action: work })).toThrow(TypeError)
  const both = { input, action: work, compensation: work }
  // @ts-expect-error nothing compensates it
  expect(() => defineStep({ kind: 'retriable', ...both })).toThrow(TypeError)
  expect(() => defineStep({ kind: 'compensatable', ...both })).not.toThrow()
})
