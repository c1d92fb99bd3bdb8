/**
 * Tells an OpenTelemetry endpoint what became of sagas, from D1's log.
 *
 * T4. At least once: a message is acknowledged when its spans were taken, or refused for good. A repeat has the
 *     same ids.
 * T5. Traces are not the truth: what cannot be told in some hours is given up, with a line in the log, and can be
 *     sent again by hand. Nothing is thrown, and no order waits.
 * T6. A journal with a gap is waited for, since a span must not depend on which message came first. What its
 *     message says of other orders is told without it, and it waits in a message of its own.
 */
import { logError, logInfo, logWarning } from '../../durable-objects/log.ts'
import { type Journal, readJournals } from './journals.ts'
import { spansOf } from './journal-spans.ts'
import { type OrderRange, type TraceMessage, traceMessageSchema } from './message.ts'
import { type Sending, sendSpans } from './send.ts'
import type { TracesOutlet } from './outlet.ts'
import { traceSettings } from './settings.ts'
import type { SpanDraft } from './span.ts'

export type TracesBindings = TracesOutlet & { SAGA_LOG_DB: D1Database }
type Received = { message: Message; body: Pick<TraceMessage, 'orders'> }
/** `waiting`: orders of it that cannot be told of yet. */
type Told = Received & { spans: SpanDraft[]; waiting: OrderRange[] }

/** With the delays between them, some three hours. */
export const DELIVERIES_MAX = 14
const RETRY_DELAY_S = 5
const RETRY_DELAY_S_MAX = 1_800

export async function consumeTraces(batch: MessageBatch, env: TracesBindings): Promise<void> {
  const received = batch.messages.flatMap(readable)
  const settings = traceSettings(env)
  if (settings.kind === 'off') {
    logInfo('traces-off', { messages: received.length })
    for (const { message } of received) message.ack()
    return
  }
  if (settings.kind === 'faulty') {
    logError('traces-misconfigured', { fault: settings.fault })
    for (const item of received) again(item)
    return
  }
  const told = await spansOfAll(received, env)
  if (told === null) return
  const ready = told.filter(({ body, waiting }) => waiting.length < body.orders.length)
  for (const item of told.filter((it) => !ready.includes(it))) again(item)
  const sending = await sendSpans(
    ready.flatMap(({ spans }) => spans),
    settings.target,
  )
  await Promise.all(ready.map((item) => finish(item, sending, env)))
}

/** M3: newer code may read it. */
function readable(message: Message): Received[] {
  const parsed = traceMessageSchema.safeParse(message.body)
  if (parsed.success) return [{ message, body: parsed.data }]
  logError('traces-unreadable', { messageId: message.id })
  again({ message, body: { orders: [] } }, { reason: 'it cannot be read', askedMs: 0 })
  return []
}

/** Null: D1 did not answer. */
async function spansOfAll(received: Received[], env: TracesBindings): Promise<Told[] | null> {
  const ranges = received.flatMap(({ body }) => body.orders)
  try {
    const journals = await readJournals(env.SAGA_LOG_DB, ranges)
    return received.map((item) => toldBy(item, journals))
  } catch (error) {
    logError('traces-not-read', { messages: received.length }, error)
    for (const item of received) again(item)
    return null
  }
}

/** The last time, what is whole is told without the rest. */
function toldBy(item: Received, journals: ReadonlyMap<OrderRange, Journal>): Told {
  const missing = item.body.orders.filter((range) => !journals.get(range))
  const isLast = item.message.attempts >= DELIVERIES_MAX
  if (missing.length > 0 && isLast) logWarning('traces-given-up', gapsOf(missing))
  const spans = item.body.orders.flatMap((range) => {
    const journal = journals.get(range)
    return journal ? spansOf(range.orderId, journal, range) : []
  })
  return { ...item, spans, waiting: isLast ? [] : missing }
}

const gapsOf = (missing: readonly OrderRange[]) => ({
  reason: 'the log has a gap, or what cannot be read',
  orders: missing.map(({ orderId }) => orderId),
})

async function finish(item: Told, sending: Sending, env: TracesBindings): Promise<void> {
  if (sending.kind !== 'done') return again(item, sending)
  const { message, waiting } = item
  try {
    const rest: TraceMessage = { v: 1, orders: waiting }
    if (waiting.length > 0) await env.TRACES.send(rest, { delaySeconds: RETRY_DELAY_S })
    message.ack()
  } catch (error) {
    logWarning('traces-not-offered', { orders: waiting.map(({ orderId }) => orderId) }, error)
    again(item)
  }
}

type Reason = { reason: string; askedMs: number }

function again({ message, body }: Received, why: Reason = { reason: '', askedMs: 0 }): void {
  if (message.attempts >= DELIVERIES_MAX) {
    const orders = body.orders.map(({ orderId }) => orderId)
    logError('traces-given-up', { reason: why.reason, orders })
    return message.ack()
  }
  message.retry({ delaySeconds: retryDelayS(message.attempts, why.askedMs) })
}

/** Doubled each time; longer where the endpoint asks for it, and never shorter. */
function retryDelayS(attempts: number, askedMs: number): number {
  const ownS = RETRY_DELAY_S * 2 ** (attempts - 1)
  return Math.min(RETRY_DELAY_S_MAX, Math.max(ownS, Math.ceil(askedMs / 1_000)))
}
