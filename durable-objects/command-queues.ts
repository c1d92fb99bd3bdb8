/** Where commands go: one queue per domain. */
import { BINDING_OF, isDomain } from '../worker/domains/reads.ts'
import type { CommandQueues } from './bindings.ts'
import type { Command } from './core/messages.ts'
import type { QueueCommands } from './ports.ts'

export const commandQueueOf = (queues: CommandQueues, domain: string): Queue<Command> | undefined =>
  isDomain(domain) ? queues[`${BINDING_OF[domain]}_COMMANDS`] : undefined

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
