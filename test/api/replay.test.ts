import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Command } from '../../durable-objects/core/messages.ts'
import type { SagaLogMessage } from '../../durable-objects/saga-log/message.ts'
import { deadLetterSchema } from '../../worker/api/ops/contract.ts'
import { BODY_CHARS_MAX } from '../../worker/dead-letters.ts'
import { useDatabases } from './support/databases.ts'
import { command, die, list, operator, orderId, replay, report } from './support/dead-letters.ts'
import { OrderDouble, QueueDouble, bindings, down, inspectionOf } from './support/doubles.ts'
import { problemOf } from './support/requests.ts'

vi.spyOn(console, 'error').mockImplementation(() => {})
vi.spyOn(console, 'warn').mockImplementation(() => {})

const databases = useDatabases()
beforeEach(async () => {
  await databases().sagaLog.exec('delete from dead_letter')
})

describe('POST /api/ops/dead-letters/{messageId}/replay', () => {
  it("a command goes to the queue of its step's domain, as it was, and is marked", async () => {
    const { env, sent } = queues()
    await die(env, 'a', command)
    const response = await replay(env, 'a')
    expect(response.status).toBe(200)
    const letter = deadLetterSchema.parse(await response.json())
    expect(letter).toMatchObject({ messageId: 'a', replayed: operator })
    expect((await list(env)).letters).toEqual([letter])
    expect(sent()).toEqual({ ...NOTHING, points: [command] })
  })

  it.each([
    ['reserve-stock', 'order-create', 'inventory'],
    ['commit-coupon', 'order-create', 'coupons'],
    ['book-delivery', 'order-create', 'logistics'],
    ['refund-card', 'order-return', 'payments'],
  ] as const)('%s of %s goes to %s', async (step, name, domain) => {
    const { env, sent } = queues()
    const body = { ...command, step, definition: { name, version: 1 } }
    await die(env, 'a', body)
    await replay(env, 'a')
    expect(sent()).toEqual({ ...NOTHING, [domain]: [body] })
  })

  it("a report goes to the saga log's queue, with all that its events said", async () => {
    const { env, sent } = queues()
    await die(env, 'a', report)
    expect((await replay(env, 'a')).status).toBe(200)
    expect(sent()).toEqual({ ...NOTHING, log: [report] })
  })

  it('may be repeated; the mark tells of the last time', async () => {
    const { env, sent } = queues()
    await die(env, 'a', command)
    await replay(env, 'a')
    await replay(env, 'a', { by: 'Bob', reason: 'once more' })
    expect(sent().points).toEqual([command, command])
    expect((await list(env)).letters).toMatchObject([{ replayed: { by: 'Bob' } }])
  })

  it('Y2: a pivot is never carried out this way; what became of it may be asked', async () => {
    const { env, sent } = queues()
    const charge = { ...command, step: 'charge-card' }
    await die(env, 'a', charge)
    await die(env, 'b', { ...charge, mode: 'resolve' })
    expect(await problemOf(await replay(env, 'a'))).toMatchObject({ code: 'not-replayable' })
    expect((await replay(env, 'b')).status).toBe(200)
    expect(sent()).toEqual({ ...NOTHING, payments: [{ ...charge, mode: 'resolve' }] })
  })

  it('Y3: a step that was given up may be put right by hand: it is not done on top of that', async () => {
    const order = new OrderDouble(orderId)
    const step = {
      sagaId: command.sagaId,
      step: 'freeze-points',
      direction: 'compensation',
    } as const
    const writeOff = { ...step, domain: 'points', atMs: 1, ...operator }
    order.inspection = () => ({
      ...inspectionOf(orderId, { status: 'compensated' }),
      writeOffs: [writeOff],
    })
    const { env, sent } = queues([order])
    const givenUp = { ...command, direction: 'compensation' }
    await die(env, 'a', givenUp)
    const problem = await problemOf(await replay(env, 'a'))
    expect(problem).toMatchObject({
      status: 409,
      code: 'not-replayable',
      detail: /given up by Ann/,
    })
    expect(sent()).toEqual(NOTHING)
    await die(env, 'b', command)
    await die(env, 'c', { ...givenUp, step: 'reserve-stock' })
    for (const id of ['b', 'c']) expect((await replay(env, id)).status).toBe(200)
  })

  it('Y3: while nobody says whether it was given up it is not sent', async () => {
    const order = new OrderDouble(orderId)
    vi.spyOn(order, 'inspect').mockImplementation(down)
    const { env, sent } = queues([order])
    await die(env, 'a', command)
    expect((await replay(env, 'a')).status).toBe(503)
    expect(sent()).toEqual(NOTHING)
  })

  const gift = { name: 'gift', version: 1 }
  const long: Command = { ...command, input: 'x'.repeat(BODY_CHARS_MAX) }
  it.each([
    ['nonsense', 'nonsense', /neither a command nor a report/],
    ['a message of another version', { ...command, v: 2 }, /neither a command nor a report/],
    ['a command that was cut', long, /too long/],
    ['a step that there is not', { ...command, step: 'wrap' }, /has a step wrap/],
    ['a definition that there is not', { ...command, definition: gift }, /No gift v1/],
  ])('%s: 409, nothing is sent, nothing is marked', async (_what, body, detail) => {
    const { env, sent } = queues()
    await die(env, 'a', body)
    const problem = await problemOf(await replay(env, 'a'))
    expect(problem).toMatchObject({ status: 409, code: 'not-replayable' })
    expect(problem.detail).toMatch(detail)
    expect(sent()).toEqual(NOTHING)
    expect((await list(env)).letters).toMatchObject([{ replayed: null }])
  })

  it('a queue that refuses it: 503, and it is not marked', async () => {
    const { env, points } = queues()
    vi.spyOn(points, 'send').mockImplementation(down)
    await die(env, 'a', command)
    expect((await replay(env, 'a')).status).toBe(503)
    expect((await list(env)).letters).toMatchObject([{ replayed: null }])
  })

  it('a letter that there is not: 404', async () => {
    const problem = await problemOf(await replay(bindings(databases()), 'a'))
    expect(problem).toMatchObject({ status: 404, code: 'dead-letter-not-found' })
  })

  it.each([
    [{ by: 'Ann' }, 'reason'],
    [{ ...operator, by: ' ' }, 'by'],
    [{ ...operator, step: 'freeze-points' }, 'step'],
  ])('%j: 422, and nothing is sent', async (json, field) => {
    const { env, sent } = queues()
    await die(env, 'a', command)
    const problem = await problemOf(await replay(env, 'a', json))
    expect(problem).toMatchObject({ status: 422, errors: [{ field }] })
    expect(sent()).toEqual(NOTHING)
  })
})

const NOTHING = {
  inventory: [],
  coupons: [],
  points: [],
  logistics: [],
  payments: [],
  log: [],
}

/** The shop's queues, and what each was sent. */
function queues(orders: OrderDouble[] = []) {
  const [inventory, coupons, points, logistics, payments] = [
    new QueueDouble<Command>(),
    new QueueDouble<Command>(),
    new QueueDouble<Command>(),
    new QueueDouble<Command>(),
    new QueueDouble<Command>(),
  ] as const
  const log = new QueueDouble<SagaLogMessage>()
  const env = bindings(databases(), {
    orders,
    INVENTORY_COMMANDS: inventory,
    COUPONS_COMMANDS: coupons,
    POINTS_COMMANDS: points,
    LOGISTICS_COMMANDS: logistics,
    PAYMENTS_COMMANDS: payments,
    SAGA_LOG: log,
  })
  const sent = () => ({
    inventory: inventory.sent,
    coupons: coupons.sent,
    points: points.sent,
    logistics: logistics.sent,
    payments: payments.sent,
    log: log.sent,
  })
  return { env, points, sent }
}
