/** Where commands go: one queue per domain. */
import type { Domain } from '../worker/domains/reads.ts'
import type { OrderSagaBindings } from './bindings.ts'
import type { Command } from './core/messages.ts'
import type { QueueCommands } from './ports.ts'

export type CommandQueues = Pick<OrderSagaBindings, `${string}_COMMANDS` & keyof OrderSagaBindings>

const BINDING_OF: Record<Domain, keyof CommandQueues> = {
  inventory: 'INVENTORY_COMMANDS',
  coupons: 'COUPONS_COMMANDS',
  points: 'POINTS_COMMANDS',
  logistics: 'LOGISTICS_COMMANDS',
  payments: 'PAYMENTS_COMMANDS',
}
const BINDINGS = new Map<string, keyof CommandQueues>(Object.entries(BINDING_OF))

export function commandQueueOf(queues: CommandQueues, domain: string): Queue<Command> | undefined {
  const binding = BINDINGS.get(domain)
  return binding && queues[binding]
}

/**
 * Sends each domain its commands. Rejects if a queue refuses: then the steps' timers send again,
 * which the barrier makes safe (M1).
 */
export function commandQueues(queues: CommandQueues): QueueCommands {
  return async (orderId, commands) => {
    await Promise.all(
      commands.map(async ({ domain, ...command }) => {
        const queue = commandQueueOf(queues, domain)
        if (!queue) throw new Error(`no queue for the domain ${domain}`)
        await queue.send({ ...command, orderId })
      }),
    )
  }
}
