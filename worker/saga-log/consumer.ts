/**
 * Writes the saga log's messages to D1, many in one batch.
 *
 * S1. A transition is written once, whatever the queue does: its key is (order, seq), and a repeat
 *     writes no row.
 * S2. An instance row is only replaced by one of a newer version of its order.
 * S3. A message that cannot be read is retried on its own until it is a dead letter; it costs the
 *     others nothing.
 * S4. A restored journal replaces the lost one's: a row, and an instance, of a newer epoch wins
 *     over any of an older one, and what the lost journal had beyond it, rows or a saga, goes. What
 *     the lost one tells after that is not taken, not even where the newer rows were let go.
 * S5. What endpoints of webhooks are to be told is recorded in the same batch as what it is about,
 *     once, as its key says, and only if the log takes that (S4). If its message is not sent, the
 *     sweep sends it.
 * S6. Where traces are wanted, a message is acknowledged when the queue of traces knows what it ended. If
 *     that cannot be, it comes again, and does without before it would be a dead letter: the log has it.
 */
import { logError, logWarning } from '../../durable-objects/log.ts'
import type { Rollouts } from '../../durable-objects/rollout-rpc.ts'
import {
  type SagaLogMessage,
  sagaLogMessageSchema,
} from '../../durable-objects/saga-log/message.ts'
import { type TracesOutlet, offerTraces } from '../traces/outlet.ts'
import { type OrderEvent, eventsOf } from '../webhooks/events.ts'
import { type DeliveryMessage, type DueRow, sendDeliveries } from '../webhooks/message.ts'
import { recordStatements } from '../webhooks/store.ts'
import { tellRollout } from './rests.ts'
import { type LogRows, rowsOf, sagaLogStatements } from './store.ts'

/** A quarter of D1's limit of 2 MB for a bound value: a character takes up to three bytes. */
const BATCH_CHARS_MAX = 500_000

/** Of the queue's six. */
const DELIVERIES_FOR_TRACES_MAX = 4
const RETRY_DELAY_S = 1

export type SagaLogBindings = TracesOutlet & {
  SAGA_LOG_DB: D1Database
  WEBHOOKS: Pick<Queue<DeliveryMessage>, 'sendBatch'>
  ROLLOUTS: Rollouts
}

type Received = {
  message: Message
  report: SagaLogMessage
  rows: LogRows
  events: OrderEvent[]
  chars: number
}

export async function consumeSagaLog(batch: MessageBatch, env: SagaLogBindings): Promise<void> {
  const received: Received[] = []
  for (const message of batch.messages) {
    const parsed = sagaLogMessageSchema.safeParse(message.body)
    if (parsed.success) {
      const rows = rowsOf(parsed.data)
      const chars = charsIn(rows.events) + charsIn(rows.instances)
      received.push({ message, report: parsed.data, rows, events: eventsOf(parsed.data), chars })
    } else {
      logError('saga-log-unreadable', { messageId: message.id })
      message.retry()
    }
  }
  for (const group of groupsOf(received)) await write(group, env)
}

async function write(group: Received[], env: SagaLogBindings): Promise<void> {
  const db = env.SAGA_LOG_DB
  const rows = group.map((item) => item.rows)
  const record = recordStatements(
    db,
    group.flatMap(({ events }) => events),
    Date.now(),
  )
  try {
    const results = await db.batch<DueRow>([...sagaLogStatements(db, rows), ...record])
    await tell(record.length > 0 ? (results.at(-1)?.results ?? []) : [], env)
  } catch (error) {
    logError('saga-log-not-written', { messages: group.length }, error)
    for (const { message } of group) message.retry({ delaySeconds: RETRY_DELAY_S })
    return
  }
  await tellRollout(
    env.ROLLOUTS,
    group.map(({ report }) => report),
  )
  const isTold = await trace(group, env)
  for (const { message } of group) {
    if (isTold || message.attempts >= DELIVERIES_FOR_TRACES_MAX) message.ack()
    else message.retry({ delaySeconds: RETRY_DELAY_S })
  }
}

async function trace(group: Received[], env: SagaLogBindings): Promise<boolean> {
  const reports = group.map(({ report }) => report)
  try {
    await offerTraces(reports, env)
    return true
  } catch (error) {
    logWarning('traces-not-offered', { orders: reports.map(({ orderId }) => orderId) }, error)
    return false
  }
}

/** Never rejects: the log is written, whether or not anybody can be told now. */
async function tell(deliveries: DueRow[], { WEBHOOKS }: SagaLogBindings): Promise<void> {
  try {
    await sendDeliveries(WEBHOOKS, deliveries)
  } catch (error) {
    logWarning('deliveries-not-sent', { deliveries: deliveries.length }, error)
  }
}

function groupsOf(received: Received[]): Received[][] {
  const groups: Received[][] = []
  let chars = Infinity
  for (const item of received) {
    if (chars + item.chars > BATCH_CHARS_MAX) {
      groups.push([])
      chars = 0
    }
    groups.at(-1)?.push(item)
    chars += item.chars
  }
  return groups
}

const charsIn = (texts: readonly string[]): number =>
  texts.reduce((sum, text) => sum + text.length, 0)
