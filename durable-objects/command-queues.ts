/** Where commands go: one queue per domain. */
import type { OrderSagaBindings } from './bindings.ts'
import type { Command } from './core/messages.ts'
import type { QueueCommands } from './ports.ts'

/**
 * Sends each domain its commands. Rejects if a queue refuses: then the steps' timers send again,
 * which the barrier makes safe (M1).
 */
export function commandQueues(
  bindings: Pick<OrderSagaBindings, `${string}_COMMANDS` & keyof OrderSagaBindings>,
): QueueCommands {
  const queues = new Map<string, Queue<Command>>([
    ['inventory', bindings.INVENTORY_COMMANDS],
    ['coupons', bindings.COUPONS_COMMANDS],
    ['points', bindings.POINTS_COMMANDS],
    ['logistics', bindings.LOGISTICS_COMMANDS],
    ['payments', bindings.PAYMENTS_COMMANDS],
  ])
  return async (orderId, commands) => {
    await Promise.all(
      commands.map(async ({ domain, ...command }) => {
        const queue = queues.get(domain)
        if (!queue) throw new Error(`no queue for the domain ${domain}`)
        await queue.send({ ...command, orderId })
      }),
    )
  }
}
