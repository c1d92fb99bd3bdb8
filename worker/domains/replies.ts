/** From a stored outcome to the reply that the order's object gets. */
import * as z from 'zod'
import type { SagaId } from '../../durable-objects/core/ids.ts'
import {
  type Command,
  type Direction,
  type Json,
  type LeaseAnswer,
  MESSAGE_VERSION,
  type Reply,
  jsonSchema,
} from '../../durable-objects/core/messages.ts'
import { unreachable } from '../../durable-objects/core/unreachable.ts'

/** What a domain has to say about a command. */
export type Result =
  | { outcome: 'done'; output?: Json }
  | { outcome: 'rejected' | 'transient'; code: string }
  | { outcome: 'void' }

/** The order objects, as far as a domain knows them. */
export type Orders = {
  getByName(name: string): {
    reply(reply: Reply): Promise<void>
    askAboutLease(sagaId: SagaId, step: string): Promise<LeaseAnswer>
  }
}

/** A row that `outcome` of barrier.ts reads. */
export const outcomeRowSchema = z.object({
  status: z.enum(['received', 'processed', 'failed', 'compensated']),
  code: z.string().nullable(),
  output: z.string().nullable(),
})
export type OutcomeRow = z.infer<typeof outcomeRowSchema>

/** The code of a row that `resolve` made: the effect never began and never will. */
export const VOID = 'void'

export function resultOf(row: OutcomeRow, direction: Direction): Result {
  switch (row.status) {
    case 'processed':
      return row.output === null
        ? { outcome: 'done' }
        : { outcome: 'done', output: jsonSchema.parse(JSON.parse(row.output)) }
    case 'failed':
      return row.code === VOID
        ? { outcome: 'void' }
        : { outcome: 'rejected', code: row.code ?? 'rejected' }
    case 'compensated':
      return direction === 'action'
        ? { outcome: 'rejected', code: 'already-compensated' }
        : { outcome: 'done' }
    case 'received':
      return { outcome: 'transient', code: 'under-way' }
    default:
      return unreachable(row.status)
  }
}

export function replyTo(command: Command, result: Result): Reply {
  const { orderId, sagaId, step, direction, attempt } = command
  return { v: MESSAGE_VERSION, orderId, sagaId, step, direction, attempt, ...result }
}
