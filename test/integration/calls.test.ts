/** Calls of a real domain Worker, each a request of its own, that share what takes its time. */
import { env } from 'cloudflare:workers'
import { afterEach, expect, it } from 'vitest'
import { type OrderId, isOrderId, sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { Command } from '../../durable-objects/core/messages.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'

const CALLS = 20

afterEach(async () => void (await env.POINTS.setFaults(NO_FAULTS)))

function newOrderId(): OrderId {
  const id = `ord_${crypto.randomUUID().replaceAll('-', '')}`
  if (!isOrderId(id)) throw new RangeError(id)
  return id
}

function freeze(): Command {
  const orderId = newOrderId()
  return {
    v: 1,
    orderId,
    sagaId: sagaIdOf(orderId),
    definition: { name: 'order-create', version: 1 },
    step: 'freeze-points',
    direction: 'action',
    mode: 'execute',
    attempt: 1,
    budgetMs: 3_000,
    holdMs: 60_000,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    input: { customer: `cus_${'0'.repeat(32)}`, points: 100 },
  }
}

it('who waits for the batch of another call is answered, however long that takes (U4)', async () => {
  await env.POINTS.setFaults({ ...NO_FAULTS, latencyMs: 300 })
  const commands = Array.from({ length: CALLS }, freeze)
  const replies = await Promise.all(commands.map((command) => env.POINTS.execute(command)))
  expect(replies.map((reply) => [reply?.orderId, reply?.outcome])).toEqual(
    commands.map(({ orderId }) => [orderId, 'rejected']),
  )
})
