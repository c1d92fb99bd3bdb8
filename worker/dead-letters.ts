/**
 * Messages that ran out of deliveries. Each is kept as it was, for an operator; and if it was a
 * command, its saga learns that nobody will answer.
 *
 * X1. A dead letter is acknowledged only when it is stored and its saga has been told.
 */
import type { OrderRpc } from '../durable-objects/order-rpc.ts'
import { type Command, commandSchema } from '../durable-objects/core/messages.ts'
import { logError, logWarning } from '../durable-objects/log.ts'
import { sagaLogMessageSchema } from '../durable-objects/saga-log/message.ts'

export type DeadLetterBindings = {
  SAGA_LOG_DB: D1Database
  ORDERS: { getByName(orderId: string): Pick<OrderRpc, 'commandDied'> }
}

const RETRY_AFTER_S = 5
const BODY_CHARS_MAX = 100_000

export async function consumeDeadLetters(
  batch: MessageBatch,
  env: DeadLetterBindings,
): Promise<void> {
  await Promise.all(batch.messages.map((message) => consume(message, env)))
}

async function consume(message: Message, env: DeadLetterBindings): Promise<void> {
  try {
    const command = commandSchema.safeParse(message.body)
    await store(message, command.success ? command.data : null, env.SAGA_LOG_DB)
    if (command.success) await env.ORDERS.getByName(command.data.orderId).commandDied(command.data)
    message.ack()
  } catch (error) {
    logError('dead-letter-not-handled', { messageId: message.id }, error)
    message.retry({ delaySeconds: RETRY_AFTER_S })
  }
}

async function store(message: Message, command: Command | null, db: D1Database): Promise<void> {
  const logged = sagaLogMessageSchema.safeParse(message.body)
  const kind = command ? 'command' : logged.success ? 'saga-log' : 'unreadable'
  const body = JSON.stringify(message.body) ?? ''
  await db
    .prepare(
      `insert or ignore into dead_letter (message_id, at_ms, kind, order_id, saga_id, step, body)
       values (?, ?, ?, ?, ?, ?, ?)`,
    )
    .bind(
      message.id,
      message.timestamp.getTime(),
      kind,
      command?.orderId ?? (logged.success ? logged.data.orderId : null),
      command?.sagaId ?? null,
      command?.step ?? null,
      body.slice(0, BODY_CHARS_MAX),
    )
    .run()
  logWarning('dead-letter', { kind, sagaId: command?.sagaId })
}
