import { env } from 'cloudflare:workers'
import { describe, expect, it, vi } from 'vitest'
import { sagaIdOf } from '../../durable-objects/core/ids.ts'
import inventory from '../../worker/domains/inventory/index.ts'
import { domainNamed, violations } from './domains.ts'
import { again, command, newOrderId } from '../support/commands.ts'
import { type QueueHandler, deliver, repliesHeardBy } from './queue.ts'

const domain = domainNamed('inventory')

describe('messages that cannot be read', () => {
  it.each([
    ['no object', 'hello'],
    ['no command', { v: 1 }],
    ['another order id', { ...command(newOrderId(), 'reserve-stock', {}), orderId: 'ord_1' }],
    ['an input of another shape', command(newOrderId(), 'reserve-stock', { lines: [] })],
    [
      'a quantity below one',
      command(newOrderId(), 'reserve-stock', { lines: [{ sku: 'MUG', quantity: 0 }] }),
    ],
  ])('%s is retried at once and alone (I1)', async (_what, malformed) => {
    const store = await domain.open(5)
    const fates = await deliver(domain.queue, [store.hold(newOrderId()), malformed])
    expect(fates).toEqual([
      { replies: ['done'], acked: true, retriedAfterS: undefined },
      { replies: [], acked: false, retriedAfterS: 0 },
    ])
    expect(await store.freeUnits()).toBe(4)
  })

  it('what is logged of it names the step and the field, and no value', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const lines = [{ sku: 'MUG', quantity: 'many' }]
    await deliver(domain.queue, [command(newOrderId(), 'reserve-stock', { lines })])
    const text = logged.mock.calls.flat().join()
    logged.mockRestore()
    expect(text).toContain('reserve-stock: lines.0.quantity: invalid_type')
    expect(text).not.toContain('many')
  })

  it.each([
    ['a message version', { v: 2, anything: true }],
    ['a step', command(newOrderId(), 'gift-wrap', {})],
    ['a step named like a property of all objects', command(newOrderId(), 'constructor', {})],
    ['a mode', command(newOrderId(), 'reserve-stock', { lines: [] }, { mode: 'resolve' })],
    [
      'a compensation',
      command(newOrderId(), 'commit-stock', { lines: [] }, { direction: 'compensation' }),
    ],
  ])('%s that is not known here waits for newer code (I2, M3)', async (_what, unknown) => {
    const [fate] = await deliver(domain.queue, [unknown])
    expect(fate).toEqual({ replies: [], acked: false, retriedAfterS: 30 })
  })
})

describe('a command that the database refuses', () => {
  it('costs the 99 others of its batch nothing, and is retried alone (A1)', async () => {
    const store = await domain.open(200)
    const holder = newOrderId()
    await deliver(domain.queue, [store.hold(holder)])
    // Holds the same SKU for the same order under another saga: a constraint says no.
    const poison = { ...store.hold(holder), sagaId: sagaIdOf(holder, 'return') }
    const others = Array.from({ length: 99 }, () => store.hold(newOrderId()))
    const fates = await deliver(domain.queue, others.toSpliced(50, 0, poison))

    expect(fates[50]).toEqual({ replies: [], acked: false, retriedAfterS: 0 })
    expect(fates.toSpliced(50, 1)).toEqual(
      others.map(() => ({ replies: ['done'], acked: true, retriedAfterS: undefined })),
    )
    expect(await store.freeUnits()).toBe(100)
    expect(await violations(domain)).toEqual([])
  })

  it('comes back later each time', async () => {
    const store = await domain.open(5)
    const holder = newOrderId()
    await deliver(domain.queue, [store.hold(holder)])
    const poison = { ...store.hold(holder), sagaId: sagaIdOf(holder, 'return') }
    const [third] = await deliver(domain.queue, [poison], 3)
    expect(third?.retriedAfterS).toBe(2)
  })

  it('an action and its compensation in a batch that is run again end in their order (A1)', async () => {
    const store = await domain.open(5)
    const [holder, other] = [newOrderId(), newOrderId()]
    await deliver(domain.queue, [store.hold(holder)])
    const poison = { ...store.hold(holder), sagaId: sagaIdOf(holder, 'return') }
    const fates = await deliver(domain.queue, [store.hold(other), poison, store.release(other)])
    expect(fates.map(({ replies }) => replies)).toEqual([['done'], [], ['done']])
    expect(await store.freeUnits()).toBe(4)
  })
})

it('a database that fails is not asked once for every command; all come back (A3)', async () => {
  const store = await domain.open(200)
  let batches = 0
  const queue = inventoryOver(async () => {
    batches += 1
    throw new Error('overloaded')
  })
  const fates = await deliver(
    queue,
    Array.from({ length: 100 }, () => store.hold(newOrderId())),
  )
  expect(fates.every(({ acked, retriedAfterS }) => !acked && retriedAfterS === 0)).toBe(true)
  // Together, each alone in one batch, and then one at a time, five times.
  expect(batches).toBe(7)
})

it('why a command failed is logged as it is everywhere: as the cause, with where it was thrown', async () => {
  const logged = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const store = await domain.open(5)
  const queue = inventoryOver(async () => {
    throw new Error('overloaded')
  })
  await deliver(queue, [store.hold(newOrderId())])
  const lines = logged.mock.calls.map(([line]) => JSON.parse(String(line)))
  logged.mockRestore()
  expect(lines).toEqual([
    expect.objectContaining({
      level: 'error',
      step: 'reserve-stock',
      cause: expect.stringMatching(/^Error: overloaded\n +at /),
    }),
  ])
})

describe('answers that are lost', () => {
  it('a batch that was committed but whose answer was lost has its effects once (A2, B3)', async () => {
    const store = await domain.open(5)
    let isFirst = true
    const queue = inventoryOver(async (statements) => {
      const results = await env.INVENTORY_DB.batch(statements)
      if (!isFirst) return results
      isFirst = false
      throw new Error('the answer was lost')
    })
    const fates = await deliver(queue, [store.hold(newOrderId()), store.hold(newOrderId())])
    expect(fates.map(({ replies }) => replies)).toEqual([['done'], ['done']])
    expect(await store.freeUnits()).toBe(3)
    expect(await violations(domain)).toEqual([])
  })

  it('a reply that does not arrive retries its message alone (D1, D2)', async () => {
    const store = await domain.open(5)
    const [deaf, other] = [newOrderId(), newOrderId()]
    await env.ORDER_RECORDERS.getByName(deaf).beDeaf(1)
    const hold = store.hold(deaf)
    const fates = await deliver(domain.queue, [hold, store.hold(other)])
    expect(fates).toEqual([
      { replies: [], acked: false, retriedAfterS: 0 },
      { replies: ['done'], acked: true, retriedAfterS: undefined },
    ])
    const [second] = await deliver(domain.queue, [hold], 2)
    expect(second).toEqual({ replies: ['done'], acked: true, retriedAfterS: undefined })
    expect(await store.freeUnits()).toBe(3)
  })
})

it('a reply names its command: order, saga, step, direction and attempt', async () => {
  const store = await domain.open(5)
  const orderId = newOrderId()
  const sent = store.hold(orderId)
  await deliver(domain.queue, [sent, again(sent)])
  const [reply] = await repliesHeardBy(orderId)
  expect(reply).toEqual({
    v: 1,
    orderId,
    sagaId: orderId,
    step: 'reserve-stock',
    direction: 'action',
    attempt: sent.attempt,
    outcome: 'done',
  })
})

/** The inventory over a database whose batches run as `runBatch` has it. */
function inventoryOver(
  runBatch: (statements: D1PreparedStatement[]) => Promise<D1Result[]>,
): QueueHandler {
  const db = new Proxy(env.INVENTORY_DB, {
    get: (target, name) => {
      if (name === 'prepare') return (text: string) => target.prepare(text)
      if (name !== 'batch') throw new Error(`not expected: ${String(name)}`)
      return runBatch
    },
  })
  return (batch) => inventory.queue(batch, { DB: db, ORDERS: env.ORDER_RECORDERS })
}
