/**
 * Messages that ran out of deliveries. Each is kept as it was, for an operator; and its order
 * learns of it: nobody will answer the command, or D1 lacks a part of its log.
 *
 * X1. A dead letter is acknowledged only when it is stored and its saga has been told. Both may
 *     happen twice: it is stored once, its mark stays, and a saga no longer waits for an attempt
 *     that it was told of.
 * X2. A message that nobody can read is kept like the others. Whether it can be sent again is
 *     judged by the code that does so, which may be newer. Of one that cannot even be written down
 *     it is kept that there was one.
 * X3. The queue deletes what has come a hundred times, and D1 may be gone for longer than minutes: a letter
 *     comes again ever later. But not a part of a log, of which an hour without D1 brings one for each order:
 *     their objects have it, and send it again.
 */
import type { OrderRpc } from '../durable-objects/order-rpc.ts'
import { type Command, commandSchema } from '../durable-objects/core/messages.ts'
import { unreachable } from '../durable-objects/core/unreachable.ts'
import { logError, logWarning } from '../durable-objects/log.ts'
import { type SagaLogMessage, sagaLogMessageSchema } from '../durable-objects/saga-log/message.ts'
import { keepLetter } from './saga-log/dead-letter-store.ts'

export type DeadLetterBindings = {
  SAGA_LOG_DB: D1Database
  ORDERS: { getByName(orderId: string): Pick<OrderRpc, 'commandDied' | 'poke'> }
}

const RETRY_AFTER_S = 5
const RETRY_AFTER_S_MAX = 3_600
/** More than a message of 128 KB becomes as JSON, unless it is full of what JSON must escape. */
export const BODY_CHARS_MAX = 500_000

export async function consumeDeadLetters(
  batch: MessageBatch,
  env: DeadLetterBindings,
): Promise<void> {
  await Promise.all(batch.messages.map((message) => consume(message, env)))
}

/** X3. */
const retryAfterS = (kind: Content['kind'], attempts: number): number =>
  kind === 'saga-log'
    ? RETRY_AFTER_S
    : Math.min(RETRY_AFTER_S_MAX, RETRY_AFTER_S * 2 ** (attempts - 1))

export type Content =
  | { kind: 'command'; command: Command }
  | { kind: 'saga-log'; report: SagaLogMessage }
  | { kind: 'unreadable' }

/** What this version of the code reads in a message. */
export function contentOf(body: unknown): Content {
  const command = commandSchema.safeParse(body)
  if (command.success) return { kind: 'command', command: command.data }
  const report = sagaLogMessageSchema.safeParse(body)
  if (report.success) return { kind: 'saga-log', report: report.data }
  return { kind: 'unreadable' }
}

async function consume(message: Message, env: DeadLetterBindings): Promise<void> {
  let kind: Content['kind'] = 'unreadable'
  try {
    const content = contentOf(message.body)
    kind = content.kind
    await keep(message, content, env.SAGA_LOG_DB)
    await tell(content, env.ORDERS)
    message.ack()
  } catch (error) {
    logError('dead-letter-not-handled', { messageId: message.id }, error)
    message.retry({ delaySeconds: retryAfterS(kind, message.attempts) })
  }
}

/** The object of a lost part of the log compares itself with D1, and sends what is missing. */
async function tell(content: Content, orders: DeadLetterBindings['ORDERS']): Promise<void> {
  switch (content.kind) {
    case 'command':
      return orders.getByName(content.command.orderId).commandDied(content.command)
    case 'saga-log':
      return orders.getByName(content.report.orderId).poke()
    case 'unreadable':
      return
    default:
      return unreachable(content)
  }
}

async function keep(message: Message, content: Content, db: D1Database): Promise<void> {
  const letter = {
    messageId: message.id,
    atMs: message.timestamp.getTime(),
    kind: content.kind,
    ...subjectOf(content),
  }
  if (await keepLetter(db, { ...letter, body: textOf(message.body) })) {
    logWarning('dead-letter', letter)
  }
}

/** JSON, unless it was cut, or is nested so deeply that nothing can write it. */
function textOf(body: unknown): string {
  try {
    return JSON.stringify(body ?? null).slice(0, BODY_CHARS_MAX)
  } catch (error) {
    return `not JSON: ${error instanceof Error ? error.message : 'no reason given'}`
  }
}

function subjectOf(content: Content): { orderId?: string; sagaId?: string; step?: string } {
  switch (content.kind) {
    case 'command': {
      const { orderId, sagaId, step } = content.command
      return { orderId, sagaId, step }
    }
    case 'saga-log':
      return { orderId: content.report.orderId }
    case 'unreadable':
      return {}
    default:
      return unreachable(content)
  }
}
