/**
 * Sends a dead letter again, to the queue that it came from.
 *
 * Y1. It may be sent any number of times: a command meets the domain's barrier, a report the saga
 *     log's key.
 * Y2. The queue takes it for new. A charge would thus look in time, however old it is: a pivot is
 *     never carried out this way. Its saga asks what became of it.
 * Y3. Nor is what an operator has given up: the barrier knows nothing of it, and it may have been put right by
 *     other means. That cannot be taken back, so while the object does not answer nothing is sent.
 */
import { commandQueues } from '../../../durable-objects/command-queues.ts'
import type { Command } from '../../../durable-objects/core/messages.ts'
import type { WriteOff } from '../../../durable-objects/order-rpc.ts'
import { unreachable } from '../../../durable-objects/core/unreachable.ts'
import { definitionOf } from '../../../durable-objects/sagas/registry.ts'
import { contentOf } from '../../dead-letters.ts'
import { type ApiBindings, ask } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'

export async function sendAgain(env: ApiBindings, body: unknown): Promise<void> {
  const content = contentOf(body)
  switch (content.kind) {
    case 'command':
      return sendCommand(env, content.command)
    case 'saga-log':
      await ask('saga-log', () => env.SAGA_LOG.send(content.report))
      return
    case 'unreadable':
      throw notReplayable('It is neither a command nor a report, as far as this version knows.')
    default:
      return unreachable(content)
  }
}

async function sendCommand(env: ApiBindings, command: Command): Promise<void> {
  const { definition, orderId, mode } = command
  const step = definitionOf(definition)?.steps.find(({ name }) => name === command.step)
  if (!step) {
    throw notReplayable(`No ${definition.name} v${definition.version} has a step ${command.step}.`)
  }
  if (step.kind === 'pivot' && mode === 'execute') {
    throw notReplayable('A pivot is never carried out late: resume its saga, which asks about it.')
  }
  const writeOff = await writeOffOf(env, command)
  if (writeOff) {
    throw notReplayable(
      `It was given up by ${writeOff.by}, and may have been put right by other means since.`,
    )
  }
  await ask(step.domain, () => commandQueues(env)(orderId, [{ ...command, domain: step.domain }]))
}

/** Y3. */
async function writeOffOf(
  env: ApiBindings,
  { orderId, sagaId, step, direction }: Command,
): Promise<WriteOff | undefined> {
  const inspection = await ask('orders', () => env.ORDERS.getByName(orderId).inspect())
  return inspection?.writeOffs.find(
    (it) => it.sagaId === sagaId && it.step === step && it.direction === direction,
  )
}

export const notReplayable = (detail: string) => new ProblemError('not-replayable', { detail })
