import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import * as z from 'zod'
import { consumeTraces } from '../../worker/traces/consumer.ts'
import { atRest } from './saga-log-copy.ts'
import { Customer, eventually, goodOrder, objectOf } from './shop.ts'

/** As a tracing client sends it: its trace, and its own span. */
const CALLER = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }

/** One for each test, so that what an earlier one still sends goes past. */
let endpoint: string
const settings: { OTEL_EXPORTER_OTLP_ENDPOINT?: string; TRACES: unknown } = env

beforeEach(() => {
  endpoint = `https://${crypto.randomUUID()}.otel.example.com`
  settings.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint
})
afterAll(() => {
  delete settings.OTEL_EXPORTER_OTLP_ENDPOINT
})

const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
})
const postSchema = z.object({
  resourceSpans: z.tuple([
    z.object({ scopeSpans: z.tuple([z.object({ spans: z.array(spanSchema) })]) }),
  ]),
})
type Span = z.infer<typeof spanSchema>

const posts = async (): Promise<Span[][]> =>
  (await env.RECEIVER.received(`${endpoint}/v1/traces`)).map(
    ({ event }) => postSchema.parse(event).resourceSpans[0].scopeSpans[0].spans,
  )
const answerFirst = (...statuses: number[]) =>
  env.RECEIVER.expect(`${endpoint}/v1/traces`, '', statuses)

const untilRoots = (count: number) =>
  eventually(
    async () => (await posts()).flat(),
    (spans) => rootsIn(spans).length >= count,
  )
const rootsIn = (spans: readonly Span[]) => spans.filter(({ name }) => name === 'order-create')

async function placedBy(caller: { traceId: string; spanId: string }) {
  const customer = await Customer.arrive()
  const traceparent = `00-${caller.traceId}-${caller.spanId}-01`
  const response = await customer.submit(goodOrder, crypto.randomUUID(), { traceparent })
  const id = response.headers.get('X-Saga-ID') ?? ''
  await customer.settled(id)
  return { id, customer, traceparent }
}
const anotherCaller = () => ({ ...CALLER, traceId: crypto.randomUUID().replaceAll('-', '') })

describe('traces', () => {
  it('of a real order: its spans, under the span of the request that placed it', async () => {
    await placedBy(CALLER)
    const spans = await untilRoots(1)
    const [root] = rootsIn(spans)
    expect(root).toMatchObject({ traceId: CALLER.traceId, parentSpanId: CALLER.spanId })
    expect(spans.map(({ name }) => name).toSorted()).toEqual([
      'book-delivery',
      'charge-card',
      'commit-stock',
      'order-create',
      'reserve-delivery',
      'reserve-stock',
    ])
    for (const child of spans.filter((span) => span !== root)) {
      expect(child).toMatchObject({ traceId: CALLER.traceId, parentSpanId: root?.spanId })
    }
  })

  it('an endpoint that answers 503 is sent the same again, by the queue', async () => {
    await answerFirst(503)
    await placedBy(anotherCaller())
    const sent = await eventually(posts, ({ length }) => length > 1)
    expect(sent[1]).toEqual(expect.arrayContaining(sent[0] ?? []))
    expect(rootsIn(sent[1] ?? [])).toHaveLength(1)
  })

  it('what an endpoint answers 400 is done with', async () => {
    delete settings.OTEL_EXPORTER_OTLP_ENDPOINT
    const { id, customer } = await placedBy(anotherCaller())
    const { version } = await customer.read(id)
    await atRest(id, version)
    await answerFirst(400)
    const message = {
      id: 'one',
      timestamp: new Date(),
      attempts: 1,
      body: { v: 1, orders: [{ orderId: id, epoch: 1, from: 1, to: version }] },
    }
    const batch = createMessageBatch('edge-saga-traces', [message])
    await consumeTraces(batch, { ...env, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
    const result = await getQueueResult(batch, createExecutionContext())
    expect(result).toMatchObject({ explicitAcks: ['one'], retryMessages: [] })
    expect(rootsIn((await posts()).flat())).toHaveLength(1)
  })

  it('S6: a queue that refuses is asked again, and nothing is lost', async () => {
    const { TRACES } = env
    let refusals = 1
    settings.TRACES = {
      send: async (message: Parameters<typeof TRACES.send>[0]) => {
        if ((refusals -= 1) >= 0) throw new Error('the queue is full')
        return TRACES.send(message)
      },
    }
    try {
      await placedBy(anotherCaller())
      expect((await untilRoots(1)).map(({ name }) => name)).toContain('charge-card')
    } finally {
      settings.TRACES = TRACES
    }
    expect(refusals).toBeLessThan(0)
  })

  it('without an endpoint nothing is sent, then or later', async () => {
    delete settings.OTEL_EXPORTER_OTLP_ENDPOINT
    const { id, customer } = await placedBy(anotherCaller())
    const { version } = await customer.read(id)
    await atRest(id, version)
    settings.OTEL_EXPORTER_OTLP_ENDPOINT = endpoint
    const next = anotherCaller()
    await placedBy(next)
    const spans = await untilRoots(1)
    expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set([next.traceId]))
  })
})

describe('a traceparent', () => {
  it('travels from the request into the journal, the log, and the databases of domains, by call and by queue', async () => {
    const caller = anotherCaller()
    const { id, customer, traceparent } = await placedBy(caller)
    await customer.request(`/api/orders/${id}/return`, { method: 'POST' })
    await customer.settled(id)

    const [placed] = (await objectOf(id).inspect())?.transitions ?? []
    expect(placed?.events).toContainEqual(
      expect.objectContaining({ type: 'saga-started', traceparent }),
    )
    const columnsOf = async (database: D1Database, table: string, column: string, key: string) => {
      const rows = await database
        .prepare(`select distinct ${column} as value from ${table} where ${key} = ?`)
        .bind(id)
        .all<{ value: string }>()
      return rows.results.map(({ value }) => value)
    }
    await eventually(
      () => columnsOf(env.SAGA_LOG_DB, 'saga_event', 'trace_id', 'order_id'),
      (ids) => ids.join() === caller.traceId,
    )
    // A return's commands go by queue.
    const steps = await env.TEST_INVENTORY_DB.prepare(
      'select step, traceparent from operation where order_id = ? order by at_ms',
    )
      .bind(id)
      .all()
    expect(steps.results).toEqual([
      { step: 'reserve-stock', traceparent },
      { step: 'commit-stock', traceparent },
      { step: 'restock', traceparent },
    ])
  })
})
