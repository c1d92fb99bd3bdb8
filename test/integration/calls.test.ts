/** Calls of a real domain Worker, each a request of its own, that share what takes its time. */
import { env } from 'cloudflare:workers'
import { afterEach, expect, it } from 'vitest'
import { NO_FAULTS } from '../../worker/domains/reads.ts'
import { command, newOrderId } from '../support/commands.ts'

const CALLS = 20

afterEach(async () => void (await env.POINTS.setFaults(NO_FAULTS)))

const freeze = () =>
  command(newOrderId(), 'freeze-points', { customer: `cus_${'0'.repeat(32)}`, points: 100 })

it('who waits for the batch of another call is answered, however long that takes (U4)', async () => {
  await env.POINTS.setFaults({ ...NO_FAULTS, latencyMs: 300 })
  const commands = Array.from({ length: CALLS }, freeze)
  const replies = await Promise.all(commands.map((freezing) => env.POINTS.execute(freezing)))
  expect(replies.map((reply) => [reply?.orderId, reply?.outcome])).toEqual(
    commands.map(({ orderId }) => [orderId, 'rejected']),
  )
})
