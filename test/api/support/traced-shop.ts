/** A shop as traces see it: its saga log with a real database, and queues that are run by hand. */
import { readFileSync } from 'node:fs'
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { SagaLogMessage } from '../../../durable-objects/saga-log/message.ts'
import type { ApiBindings } from '../../../worker/api/ports.ts'
import { consumeSagaLog } from '../../../worker/saga-log/consumer.ts'
import { type TracesBindings, consumeTraces } from '../../../worker/traces/consumer.ts'
import type { TraceMessage } from '../../../worker/traces/message.ts'
import { GOLDEN_ORDER_ID, goldenPlacing } from '../../core/golden-run.ts'
import type { Databases } from './databases.ts'
import { QueueDouble, bindings, down } from './doubles.ts'
import { asOperator } from './requests.ts'
import { orderMessage } from './webhooks.ts'

export class TracedShop {
  readonly queue = new QueueDouble<TraceMessage>()
  readonly env: ApiBindings
  readonly ask: ReturnType<typeof asOperator>

  constructor(databases: Databases, endpoint?: string) {
    const vars = endpoint === undefined ? {} : { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint }
    this.env = bindings(databases, { TRACES: this.queue, ...vars })
    this.ask = asOperator(this.env)
  }

  /** The saga log's queue hands these over. */
  log(...reports: SagaLogMessage[]): Promise<Done> {
    return handOver('edge-saga-log', reports, (batch) => consumeSagaLog(batch, this.env))
  }

  /** What was sent to the queue since the last time, all in one batch. */
  export(change: Partial<TracesBindings> = {}, attempts = 1): Promise<Done> {
    return this.deliver(this.queue.sent.splice(0), change, attempts)
  }

  deliver(bodies: unknown[], change: Partial<TracesBindings> = {}, attempts = 1): Promise<Done> {
    const env = { ...this.env, ...change }
    return handOver('edge-saga-traces', bodies, (batch) => consumeTraces(batch, env), attempts)
  }
}

/** `retriedAfterS`: of each message that comes again. */
type Done = { acked: string[]; retriedAfterS: Record<string, number> }

export async function handOver(
  queue: string,
  bodies: readonly unknown[],
  consume: (batch: MessageBatch) => Promise<void>,
  attempts = 1,
): Promise<Done> {
  const done: Done = { acked: [], retriedAfterS: {} }
  const messages: Message[] = bodies.map((body, index) => ({
    id: String(index),
    timestamp: new Date(0),
    body,
    attempts,
    ack: () => void done.acked.push(String(index)),
    retry: ({ delaySeconds = 0 } = {}) => {
      done.retriedAfterS[String(index)] = delaySeconds
    },
  }))
  const metadata = { metrics: { backlogCount: 0, backlogBytes: 0 } }
  await consume({ queue, messages, metadata, ackAll: down, retryAll: down })
  return done
}

type Part = { from?: number; to?: number; epoch?: number; traceparent?: string }
type Name = 'completed' | 'compensated' | 'skipped' | 'restored'

/** What an order's object tells of a golden journal, or of some of it, as if it were this order's. */
export function reportOf(
  orderId: OrderId,
  name: Name = 'completed',
  { from = 1, to = 99, epoch = 1, traceparent = goldenPlacing.traceparent }: Part = {},
): SagaLogMessage {
  const path = new URL(`../../core/golden/order-create-v1-${name}.json`, import.meta.url).pathname
  const text = readFileSync(path, 'utf8')
    .replaceAll(GOLDEN_ORDER_ID, orderId)
    .replaceAll(goldenPlacing.traceparent, traceparent)
  const all: SagaLogMessage['transitions'] = JSON.parse(text).transitions
  const transitions = all.filter(({ seq }) => seq >= from && seq <= to)
  return orderMessage(orderId, { transitions, epoch, version: transitions.at(-1)?.seq ?? 1 })
}
