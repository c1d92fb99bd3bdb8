/** A shop as webhooks see it: its bindings with a real database, and a queue that is run by hand. */
import { createServer } from 'node:http'
import type { SagaLogMessage } from '../../../durable-objects/saga-log/message.ts'
import type { HttpReceiver } from '../../../scripts/local/http-receiver.ts'
import { freePort } from '../../../scripts/local/ports.ts'
import { type Reception, startReceiver } from '../../../scripts/webhook-receiver/receiver.ts'
import {
  type DeliveryView,
  deliveryListSchema,
  endpointWithSecretSchema,
} from '../../../worker/api/ops/webhooks/contract.ts'
import type { ApiBindings } from '../../../worker/api/ports.ts'
import { consumeSagaLog } from '../../../worker/saga-log/consumer.ts'
import { consumeDeliveries } from '../../../worker/webhooks/consumer.ts'
import type { DeliveryMessage } from '../../../worker/webhooks/message.ts'
import { sweep } from '../../../worker/sweep.ts'
import type { Databases } from './databases.ts'
import { QueueDouble, bindings, down } from './doubles.ts'
import { asOperator } from './requests.ts'

export const by = { by: 'Ann', reason: 'the ERP wants to know' }

export class WebhookShop {
  readonly queue = new QueueDouble<DeliveryMessage>()
  readonly env: ApiBindings
  readonly ask: ReturnType<typeof asOperator>

  constructor(databases: Databases) {
    this.env = bindings(databases, { WEBHOOKS: this.queue })
    this.ask = asOperator(this.env)
  }

  async register(url: string, events?: string[]) {
    const json = { ...by, url, ...(events ? { events } : {}) }
    const response = await this.ask('POST /api/ops/webhooks', { json })
    return endpointWithSecretSchema.parse(await response.json())
  }

  /** The saga log's queue hands these over. */
  async log(...reports: SagaLogMessage[]) {
    const { batch, done } = batchOf('edge-saga-log', reports)
    await consumeSagaLog(batch, this.env)
    return done
  }

  /** What was sent to the queue since the last time, all in one batch. */
  async deliverSent() {
    return this.deliver(this.queue.sent.splice(0))
  }

  async deliver(bodies: unknown[]) {
    const { batch, done } = batchOf('edge-saga-webhooks', bodies)
    await consumeDeliveries(batch, this.env)
    return { acked: done.acked.toSorted(), retried: done.retried.toSorted() }
  }

  /** The sweep, as if it were so much later. */
  async sweepAfter(durationMs: number): Promise<void> {
    await sweep(this.env, Date.now() + durationMs)
    await this.deliverSent()
  }

  async deliveries(id: string, query = ''): Promise<DeliveryView[]> {
    const response = await this.ask(`GET /api/ops/webhooks/${id}/deliveries?${query}`)
    return deliveryListSchema.parse(await response.json()).deliveries
  }
}

export function batchOf(queue: string, bodies: readonly unknown[]) {
  const done = { acked: new Array<string>(), retried: new Array<string>() }
  const messages: Message[] = bodies.map((body, index) => ({
    id: String(index),
    timestamp: new Date(0),
    body,
    attempts: 1,
    ack: () => void done.acked.push(String(index)),
    retry: () => void done.retried.push(String(index)),
  }))
  const metadata = { metrics: { backlogCount: 0, backlogBytes: 0 } }
  return { batch: { queue, messages, metadata, ackAll: down, retryAll: down }, done }
}

/** The example's receiver; what it received, in order. */
export async function receiverOf(
  secret: string,
  { port = 0, failures = 0 } = {},
): Promise<HttpReceiver & { receptions: Reception[] }> {
  const receptions: Reception[] = []
  const onReception = (reception: Reception) => void receptions.push(reception)
  const receiver = await startReceiver(port, { secret, failures, onReception })
  return { ...receiver, receptions }
}

/** A status, or one that asks to be left alone for so many seconds. */
export type Told = number | { status: number; retryAfterS?: number }

type AnsweringServer = { url: string; asked: string[]; stop: () => Promise<void> }

/** A server that answers as it is told; `asked` has the paths of what came. */
export async function serverAnswering(
  statusOf: (path: string, times: number) => Told | Promise<Told>,
): Promise<AnsweringServer> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    request.resume()
    void Promise.resolve(statusOf(path, asked.length)).then((told) => {
      const { status, retryAfterS } = typeof told === 'number' ? { status: told } : told
      if (retryAfterS !== undefined) response.setHeader('Retry-After', retryAfterS)
      response.writeHead(status, { Location: '/elsewhere' }).end('a body that nobody reads')
    })
  })
  const port = await freePort('localhost')
  await new Promise<void>((resolve) => void server.listen(port, 'localhost', resolve))
  return {
    url: `http://localhost:${port}/`,
    asked,
    stop: () => new Promise((stopped) => void server.close(() => stopped())),
  }
}
