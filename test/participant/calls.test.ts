/** Commands by call: how they are answered, and that a call and a message are one command. */
import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import * as z from 'zod'
import type { Command } from '../../durable-objects/core/messages.ts'
import { SharedBatches } from '../../worker/domains/calls.ts'
import { type Delivery, answer } from '../../worker/domains/delivery.ts'
import type { Steps } from '../../worker/domains/intake.ts'
import { participant } from '../../worker/domains/participant.ts'
import { edgeRuntime } from '../../worker/domains/runtime.ts'
import { steps as inventorySteps } from '../../worker/domains/inventory/store.ts'
import { again, command, newOrderId } from '../support/commands.ts'
import { outcomes } from './queue.ts'
import { charge, openTill } from './till.ts'
import { domainNamed } from './domains.ts'

const steps: Steps<string> = {
  byName: { hold: 'hold' },
  inputOf: () => z.null(),
  accepts: () => true,
}
const newHold = (): Command => command(newOrderId(), 'hold', null)

/** A database that is busy until it is told otherwise. */
function busyDomain() {
  const batches: { deliveries: Delivery<string>[]; end: (error?: Error) => void }[] = []
  const shared = new SharedBatches<string, null>({
    steps,
    carryOut: (deliveries) => {
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      batches.push({ deliveries, end: (error) => (error ? reject(error) : resolve()) })
      return promise
    },
    runtime: edgeRuntime,
    batchesMax: 1,
  })
  const execute = (hold: Command) => shared.execute(hold, null, { waitUntil: () => undefined })
  /** Answers every command of the batch, and ends it. */
  const answerAll = async (index: number) => {
    const batch = batches[index]
    for (const delivery of batch?.deliveries ?? []) await answer(delivery, { outcome: 'done' })
    batch?.end()
  }
  return { execute, batches, answerAll }
}

const sizes = ({ batches }: ReturnType<typeof busyDomain>) =>
  batches.map(({ deliveries }) => deliveries.length)

it('calls that come while a batch runs are one batch, each with its own reply (G1)', async () => {
  const domain = busyDomain()
  const commands = Array.from({ length: 4 }, newHold)
  const replies = commands.map((hold) => domain.execute(hold))
  expect(sizes(domain)).toEqual([1])
  await domain.answerAll(0)
  await expect.poll(() => sizes(domain)).toEqual([1, 3])
  await domain.answerAll(1)
  expect(await Promise.all(replies)).toEqual(
    commands.map(({ orderId, sagaId, step, direction, attempt }) => ({
      v: 1,
      orderId,
      sagaId,
      step,
      direction,
      attempt,
      outcome: 'done',
    })),
  )
})

it('a reply does not wait for the rest of its batch', async () => {
  const domain = busyDomain()
  const reply = domain.execute(newHold())
  const [delivery] = domain.batches[0]?.deliveries ?? []
  if (delivery) await answer(delivery, { outcome: 'done' })
  expect(await reply).toMatchObject({ outcome: 'done' })
})

it('a call that is put back, or that nobody answers, has no reply; the next one is served (G2)', async () => {
  const domain = busyDomain()
  const putBack = domain.execute(newHold())
  domain.batches[0]?.deliveries[0]?.retry(1)
  expect(await putBack).toBeNull()
  const unanswered = domain.execute(newHold())
  domain.batches[0]?.end(new Error('the database is down'))
  await expect.poll(() => sizes(domain)).toEqual([1, 1])
  domain.batches[1]?.end()
  expect(await unanswered).toBeNull()
  const next = domain.execute(newHold())
  await expect.poll(() => sizes(domain)).toEqual([1, 1, 1])
  await domain.answerAll(2)
  expect(await next).toMatchObject({ outcome: 'done' })
})

it('a command that cannot be read has no reply, and reaches no database', async () => {
  const domain = busyDomain()
  const unknown = command(newOrderId(), 'other', null)
  expect(await domain.execute(unknown)).toBeNull()
  const malformed = command(newOrderId(), 'hold', 1)
  expect(await domain.execute(malformed)).toBeNull()
  expect(domain.batches).toEqual([])
})

const inventory = participant('inventory', inventorySteps)
const called = async (hold: Command): Promise<string> => {
  const reply = await inventory.execute(
    hold,
    { DB: env.INVENTORY_DB, ORDERS: env.ORDER_RECORDERS },
    { waitUntil: () => undefined },
  )
  return reply === null ? 'no reply' : [reply.outcome, reply.code].filter(Boolean).join(': ')
}

it('a command that comes by call and by queue, in either order, is done once', async () => {
  const domain = domainNamed('inventory')
  const store = await domain.open(3)
  const [first, second] = [store.hold(newOrderId()), store.hold(newOrderId())]
  expect(await called(first)).toBe('done')
  expect(await outcomes(domain.queue, [again(first), second])).toEqual(['done', 'done'])
  expect(await called(again(second))).toBe('done')
  expect(await store.freeUnits()).toBe(1)
})

it('of many calls at once, as many are granted as there are units', async () => {
  const domain = domainNamed('inventory')
  const store = await domain.open(5)
  const said = await Promise.all(Array.from({ length: 20 }, () => called(store.hold(newOrderId()))))
  expect(said.filter((outcome) => outcome === 'done')).toHaveLength(5)
  expect(said.filter((outcome) => outcome !== 'done')).toHaveLength(15)
  expect(await store.freeUnits()).toBe(0)
})

it('a charge that the provider leaves open has no reply: the queue asks again', async () => {
  const till = openTill(() => ({ charge: () => new Promise(() => undefined) }))
  const pending = charge(newOrderId(), 'tok_visa')
  expect(await till.execute(pending)).toBeNull()
})
