import { beforeEach, describe, expect, it, vi } from 'vitest'
import { sagaLogMessageSchema } from '../../durable-objects/saga-log/message.ts'
import { traceparentOf } from '../../worker/api/traceparent.ts'
import { DELIVERIES_MAX } from '../../worker/traces/consumer.ts'
import { useCollectors } from './support/collector.ts'
import { useDatabases } from './support/databases.ts'
import { QueueDouble, down, lostDatabase, orderIdOfNumber } from './support/doubles.ts'
import { problemOf } from './support/requests.ts'
import { TracedShop, handOver, reportOf } from './support/traced-shop.ts'
import { consumeSagaLog } from '../../worker/saga-log/consumer.ts'

const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
const failed = vi.spyOn(console, 'error').mockImplementation(() => {})
vi.spyOn(console, 'log').mockImplementation(() => {})
beforeEach(() => {
  warned.mockClear()
  failed.mockClear()
})

const databases = useDatabases()
const newCollector = useCollectors()

let orders = 0
const newOrder = () => orderIdOfNumber(0x7ace_0000 + (orders += 1))

async function shopWithCollector() {
  const collector = await newCollector()
  return { collector, shop: new TracedShop(databases(), collector.url) }
}
const byId = (a: { id?: unknown }, b: { id?: unknown }) => String(a.id).localeCompare(String(b.id))
const said = (spy: typeof failed) => spy.mock.calls.map(([line]) => JSON.parse(String(line)))

describe('what the saga log tells of traces', () => {
  it('nothing, as long as no endpoint is set', async () => {
    const shop = new TracedShop(databases())
    expect(await shop.log(reportOf(newOrder()))).toEqual({ acked: ['0'], retriedAfterS: {} })
    expect(shop.queue.sent).toEqual([])
  })

  it('one message for all orders of a batch: where something ended, and of which journal', async () => {
    const { shop } = await shopWithCollector()
    const [first, second] = [newOrder(), newOrder()]
    await shop.log(
      reportOf(first, 'completed', { to: 3 }),
      reportOf(second, 'compensated', { to: 1 }),
      reportOf(first, 'completed', { from: 4, to: 6 }),
      reportOf(second, 'skipped', { from: 6, to: 6, epoch: 2 }),
    )
    expect(shop.queue.sent).toEqual([
      {
        v: 1,
        orders: [
          { orderId: first, epoch: 1, from: 2, to: 6 },
          { orderId: second, epoch: 2, from: 6, to: 6 },
        ],
      },
    ])
  })

  it('nothing of transitions that end nothing', async () => {
    const { shop } = await shopWithCollector()
    await shop.log(reportOf(newOrder(), 'completed', { to: 1 }))
    expect(shop.queue.sent).toEqual([])
  })

  it('S6: if the queue refuses, the log is written and the message comes again', async () => {
    const { shop } = await shopWithCollector()
    const id = newOrder()
    const refusing = { ...shop.env, TRACES: Object.assign(new QueueDouble(), { send: down }) }
    const consume = (attempts: number) =>
      handOver(
        'edge-saga-log',
        [reportOf(id)],
        (batch) => consumeSagaLog(batch, refusing),
        attempts,
      )
    expect(await consume(1)).toEqual({ acked: [], retriedAfterS: { 0: 1 } })
    const count = 'select count(*) as count from saga_event where order_id = ?'
    expect(await databases().sagaLog.prepare(count).bind(id).first('count')).toBe(14)
    expect(await consume(3)).toEqual({ acked: [], retriedAfterS: { 0: 1 } })
    expect(await consume(4), 'before it is a dead letter').toEqual({
      acked: ['0'],
      retriedAfterS: {},
    })
    expect(said(warned)).toMatchObject([
      { event: 'traces-not-offered', orders: [id] },
      { event: 'traces-not-offered' },
      { event: 'traces-not-offered' },
    ])
  })

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'no equals sign'],
    ['OTEL_RESOURCE_ATTRIBUTES', 'service.version=%E0%A4%A'],
  ])('%s=%s holds up nothing, and is told once, with what to do', async (name, value) => {
    const { shop } = await shopWithCollector()
    const env = { ...shop.env, [name]: value }
    const consume = () =>
      handOver('edge-saga-log', [reportOf(newOrder())], (batch) => consumeSagaLog(batch, env))
    expect(await consume()).toMatchObject({ acked: ['0'] })
    expect(await consume()).toMatchObject({ acked: ['0'] })
    expect(shop.queue.sent).toEqual([])
    expect(said(failed)).toEqual([
      { level: 'error', event: 'traces-misconfigured', fault: expect.stringContaining(name) },
    ])
    expect(JSON.stringify(said(failed))).not.toContain(value)
  })
})

describe('a trace', () => {
  it('is posted as OTLP/JSON: one root, whose parent is the request that placed the order', async () => {
    const { shop, collector } = await shopWithCollector()
    const id = newOrder()
    await shop.log(reportOf(id, 'compensated'))
    expect(await shop.export()).toEqual({ acked: ['0'], retriedAfterS: {} })
    const [{ path, headers, request } = {}, ...others] = collector.posts
    expect(others).toEqual([])
    expect(path).toBe('/v1/traces')
    expect(headers?.['content-type']).toBe('application/json')
    const [{ resource, scopeSpans: [{ scope } = {}] } = { scopeSpans: [] }] =
      request?.resourceSpans ?? []
    expect(resource?.attributes).toContainEqual({
      key: 'service.name',
      value: { stringValue: 'edge-saga' },
    })
    expect(scope).toEqual({ name: 'edge-saga/saga-log', version: '1' })

    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const root = collector.spans.find(({ name }) => name === 'order-create')
    expect(root).toMatchObject({
      traceId,
      parentSpanId: 'b7ad6b7169203331',
      kind: 5,
      flags: 0x301,
      startTimeUnixNano: 1_795_435_200_000_000_000n,
      endTimeUnixNano: 1_795_435_203_050_000_000n,
      attributes: { 'saga.id': id, 'saga.status': 'compensated' },
      status: { code: 2, message: 'card-declined' },
    })
    const children = collector.spans.filter((span) => span !== root)
    expect(children).toHaveLength(9)
    for (const child of children) {
      expect(child).toMatchObject({ traceId, parentSpanId: root?.spanId, kind: 3, flags: 0x101 })
    }
    const ids = collector.spans.map(({ spanId }) => spanId)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.every((spanId) => /^(?!0{16})[0-9a-f]{16}$/.test(spanId))).toBe(true)
  })

  it('has no parent where the trace began with the order, or its journal names none', async () => {
    const { shop, collector } = await shopWithCollector()
    const begun = traceparentOf(undefined)
    await shop.log(reportOf(newOrder(), 'completed', { traceparent: begun }))
    await shop.log(reportOf(newOrder(), 'completed', { traceparent: 'none' }))
    await shop.export()
    const roots = collector.spans.filter(({ name }) => name === 'order-create')
    expect(roots.map(({ parentSpanId }) => parentSpanId)).toEqual(['', ''])
    const [first, second] = roots.map(({ traceId }) => traceId)
    expect(first).toBe(begun.split('-')[1])
    expect(second).toMatch(/^(?!0{32})[0-9a-f]{32}$/)
    const traceIds = new Set(collector.spans.map(({ traceId }) => traceId))
    expect(traceIds.size).toBe(2)
  })

  it('names what it is about as the views over the log do', async () => {
    const { shop, collector } = await shopWithCollector()
    const id = newOrder()
    await shop.log(reportOf(id, 'compensated'))
    await shop.export()
    const { results } = await databases()
      .sagaLog.prepare(
        `select step_id as id, started_at_ms, ended_at_ms, attempts from step_execution
         where order_id = ?1
         union all
         select compensation_id, started_at_ms, ended_at_ms, attempts from compensation_action
         where order_id = ?1`,
      )
      .bind(id)
      .all()
    const spans = collector.spans.filter(({ attributes }) => 'saga.step.id' in attributes)
    const told = spans.map(({ attributes, startTimeUnixNano, endTimeUnixNano }) => ({
      id: attributes['saga.step.id'],
      started_at_ms: Number(startTimeUnixNano / 1_000_000n),
      ended_at_ms: Number(endTimeUnixNano / 1_000_000n),
      attempts: attributes['saga.step.attempts'],
    }))
    expect(told.toSorted(byId)).toEqual(results.toSorted(byId))
  })

  it('that comes in parts is whole: each span once, under the same parent', async () => {
    const { shop, collector } = await shopWithCollector()
    const id = newOrder()
    for (const part of [{ to: 4 }, { from: 5, to: 9 }, { from: 10 }]) {
      await shop.log(reportOf(id, 'completed', part))
      await shop.export()
    }
    expect(collector.posts).toHaveLength(3)
    const root = collector.spans.at(-1)
    expect(root?.name).toBe('order-create')
    const children = collector.spans.slice(0, -1)
    expect(children).toHaveLength(9)
    expect(children.every(({ parentSpanId }) => parentSpanId === root?.spanId)).toBe(true)
  })

  it('T4: a doubled message is the same spans; in one batch they are sent once', async () => {
    const { shop, collector } = await shopWithCollector()
    await shop.log(reportOf(newOrder(), 'skipped'))
    const [message] = shop.queue.sent.splice(0)
    await shop.deliver([message, message])
    await shop.deliver([message])
    expect(collector.posts).toHaveLength(2)
    expect(collector.posts[1]?.request).toEqual(collector.posts[0]?.request)
    const ids = collector.posts[0]?.request.resourceSpans[0]?.scopeSpans[0]?.spans ?? []
    expect(new Set(ids.map(({ spanId }) => spanId)).size).toBe(ids.length)
  })

  it('T6: waits for what the log lacks, and is sent when that is there', async () => {
    const { shop, collector } = await shopWithCollector()
    const id = newOrder()
    await shop.log(reportOf(id, 'completed', { from: 5 }))
    const late = shop.queue.sent.splice(0)
    const other = newOrder()
    await shop.log(reportOf(other))
    const whole = shop.queue.sent.splice(0)
    expect(await shop.deliver([...late, ...whole])).toEqual({
      acked: ['1'],
      retriedAfterS: { 0: 5 },
    })
    expect(collector.spans).toHaveLength(10)
    await shop.log(reportOf(id, 'completed', { to: 4 }))
    await shop.deliver([...late, ...shop.queue.sent])
    expect(collector.spans).toHaveLength(20)
    expect(await shop.deliver(late, {}, DELIVERIES_MAX)).toMatchObject({ acked: ['0'] })
  })

  it('T6: a gap that never closes is given up, and costs the others of its message nothing', async () => {
    const { shop, collector } = await shopWithCollector()
    const [broken, whole] = [newOrder(), newOrder()]
    await shop.log(reportOf(broken, 'completed', { from: 5 }), reportOf(whole))
    expect(await shop.export({}, DELIVERIES_MAX)).toEqual({ acked: ['0'], retriedAfterS: {} })
    expect(collector.spans.every(({ attributes }) => attributes['order.id'] === whole)).toBe(true)
    expect(collector.spans).toHaveLength(10)
    expect(said(warned)).toMatchObject([{ event: 'traces-given-up', orders: [broken] }])
  })

  it('T6: a journal that cannot be folded costs the others nothing', async () => {
    const { shop, collector } = await shopWithCollector()
    const [broken, whole] = [newOrder(), newOrder()]
    await shop.log(reportOf(broken))
    const first = shop.queue.sent.splice(0)
    await databases()
      .sagaLog.prepare(
        `update saga_event set events = '[{"type":"order-placed"},{"type":"saga-started"}]'
         where order_id = ? and seq = 1`,
      )
      .bind(broken)
      .run()
    await shop.log(reportOf(whole))
    const messages = [...first, ...shop.queue.sent.splice(0)]
    expect(await shop.deliver(messages)).toEqual({ acked: ['1'], retriedAfterS: { 0: 5 } })
    expect(collector.spans).toHaveLength(10)
  })

  it('of a journal that was restored meanwhile is told up to there', async () => {
    const { shop, collector } = await shopWithCollector()
    const id = newOrder()
    await shop.log(reportOf(id, 'completed', { to: 7 }))
    const old = shop.queue.sent.splice(0)
    await shop.log(reportOf(id, 'restored', { from: 4, epoch: 2 }))
    expect(await shop.deliver(old)).toMatchObject({ acked: ['0'] })
    expect(collector.spans.map(({ name }) => name)).toEqual(['reserve-stock', 'redeem-coupon'])
    await shop.export()
    expect(collector.spans.at(-1)?.name).toBe('order-create')
  })
})

describe('the endpoint', () => {
  it('is sent the headers and attributes that are set, decoded', async () => {
    const { shop, collector } = await shopWithCollector()
    await shop.log(reportOf(newOrder()))
    await shop.export({
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/otlp/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'Authorization=Basic%20YTpi, x-team = sagas',
      OTEL_RESOURCE_ATTRIBUTES: 'service.version=7,deployment.environment.name=staging',
    })
    const [{ path, headers, request } = {}] = collector.posts
    expect(path).toBe('/otlp/v1/traces')
    expect(headers).toMatchObject({ authorization: 'Basic YTpi', 'x-team': 'sagas' })
    expect(request?.resourceSpans[0]?.resource.attributes).toContainEqual({
      key: 'deployment.environment.name',
      value: { stringValue: 'staging' },
    })
  })

  it.each([429, 502, 503, 504])(
    'that answers %i is asked again, later each time',
    async (status) => {
      const { shop, collector } = await shopWithCollector()
      await shop.log(reportOf(newOrder()))
      const message = [...shop.queue.sent]
      collector.answers.push(
        { status },
        { status },
        { status, retryAfter: '600' },
        { status, retryAfter: '1' },
      )
      expect(await shop.deliver(message)).toEqual({ acked: [], retriedAfterS: { 0: 5 } })
      expect(await shop.deliver(message, {}, 4)).toEqual({ acked: [], retriedAfterS: { 0: 40 } })
      expect(await shop.deliver(message, {}, 4)).toEqual({ acked: [], retriedAfterS: { 0: 600 } })
      expect(await shop.deliver(message, {}, 4)).toEqual({ acked: [], retriedAfterS: { 0: 40 } })
      expect(await shop.deliver(message, {}, 4)).toEqual({ acked: ['0'], retriedAfterS: {} })
    },
  )

  it('that asks to be left alone for a day is asked within half an hour all the same', async () => {
    const { shop, collector } = await shopWithCollector()
    await shop.log(reportOf(newOrder()))
    collector.answers.push({ status: 503, retryAfter: '86400' })
    expect(await shop.export()).toEqual({ acked: [], retriedAfterS: { 0: 1_800 } })
  })

  it.each([307, 400, 401, 404, 413, 500])('that answers %i is not asked again', async (status) => {
    const { shop, collector } = await shopWithCollector()
    const id = newOrder()
    await shop.log(reportOf(id))
    collector.answers.push({ status, body: 'bad data' })
    expect(await shop.export()).toEqual({ acked: ['0'], retriedAfterS: {} })
    expect(collector.posts).toHaveLength(1)
    expect(said(failed)).toMatchObject([
      { event: 'traces-refused', reason: `answered ${status}: bad data`, orders: [id] },
    ])
  })

  it('that takes only a part has had its say: nothing comes again', async () => {
    const { shop, collector } = await shopWithCollector()
    await shop.log(reportOf(newOrder()))
    const partialSuccess = { rejectedSpans: '3', errorMessage: 'too old' }
    collector.answers.push({ status: 200, body: JSON.stringify({ partialSuccess }) })
    expect(await shop.export()).toEqual({ acked: ['0'], retriedAfterS: {} })
    expect(said(warned)).toMatchObject([
      { event: 'spans-rejected', rejectedSpans: 3, of: 10, reason: 'too old' },
    ])
  })

  it('that talks without end has been heard after its first words', async () => {
    const { shop, collector } = await shopWithCollector()
    await shop.log(reportOf(newOrder()))
    collector.answers.push({ status: 200, body: '{'.repeat(20_000), isEndless: true })
    expect(await shop.export()).toEqual({ acked: ['0'], retriedAfterS: {} })
    expect(said(warned)).toEqual([])
  })

  it('that cannot be reached is tried again, and given up in the end, with a line in the log', async () => {
    const { shop } = await shopWithCollector()
    const id = newOrder()
    await shop.log(reportOf(id))
    const message = [...shop.queue.sent]
    const nowhere = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:9' }
    expect(await shop.deliver(message, nowhere)).toEqual({ acked: [], retriedAfterS: { 0: 5 } })
    expect(await shop.deliver(message, nowhere, DELIVERIES_MAX)).toEqual({
      acked: ['0'],
      retriedAfterS: {},
    })
    expect(said(failed)).toMatchObject([{ event: 'traces-given-up', orders: [id] }])
  })

  it('is waited for ten seconds, and no longer', async () => {
    const { shop } = await shopWithCollector()
    const timedOut = new DOMException('timed out', 'TimeoutError')
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort(timedOut))
    await shop.log(reportOf(newOrder()))
    expect(await shop.export()).toEqual({ acked: [], retriedAfterS: { 0: 5 } })
    expect(timeout).toHaveBeenCalledExactlyOnceWith(10_000)
    timeout.mockRestore()
    expect(said(warned)).toMatchObject([{ event: 'traces-not-taken', reason: 'no answer in 10 s' }])
  })

  it('gets posts of a bounded size, and no more after one that is to come again', async () => {
    const { shop, collector } = await shopWithCollector()
    const ids = Array.from({ length: 60 }, newOrder)
    for (let from = 0; from < ids.length; from += 20) {
      await shop.log(...ids.slice(from, from + 20).map((id) => reportOf(id)))
    }
    collector.answers.push({ status: 503 })
    const message = [...shop.queue.sent]
    expect((await shop.deliver(message)).acked).toEqual([])
    expect(collector.posts).toHaveLength(1)
    expect((await shop.deliver(message)).acked).toHaveLength(3)
    expect(collector.posts).toHaveLength(3)
    expect(collector.spans).toHaveLength(512 + 512 + 88)
    expect(Number(collector.posts[1]?.headers['content-length'])).toBeLessThan(1_000_000)
  })
})

describe('a post that would be too large', () => {
  it('is made of fewer spans', async () => {
    const { shop, collector } = await shopWithCollector()
    const wordy = Array.from({ length: 20 }, () => {
      const report = reportOf(newOrder(), 'compensated')
      const text = JSON.stringify(report).replaceAll('card-declined', 'no'.repeat(10_000))
      return sagaLogMessageSchema.parse(JSON.parse(text))
    })
    await shop.log(...wordy)
    await shop.export()
    const sizes = collector.posts.map(({ headers }) => Number(headers['content-length']))
    expect(sizes.length).toBeGreaterThan(1)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000_000)
    expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(200)
    expect(collector.spans).toHaveLength(200)
  })
})

describe('the consumer', () => {
  it('lets go of what was sent before traces were switched off', async () => {
    const { shop, collector } = await shopWithCollector()
    await shop.log(reportOf(newOrder()))
    expect(await shop.export({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toMatchObject({ acked: ['0'] })
    expect(collector.posts).toEqual([])
  })

  it('keeps what it has while the settings are wrong', async () => {
    const { shop } = await shopWithCollector()
    await shop.log(reportOf(newOrder()))
    const change = { OTEL_EXPORTER_OTLP_ENDPOINT: 'ftp://collector' }
    expect(await shop.export(change)).toEqual({ acked: [], retriedAfterS: { 0: 5 } })
  })

  it('without D1 sends nothing, and the messages come again', async () => {
    const { shop, collector } = await shopWithCollector()
    await shop.log(reportOf(newOrder()))
    const done = await shop.export({ SAGA_LOG_DB: lostDatabase })
    expect(done).toEqual({ acked: [], retriedAfterS: { 0: 5 } })
    expect(collector.posts).toEqual([])
  })

  it('M3: what it cannot read waits for newer code, and costs the others nothing', async () => {
    const { shop, collector } = await shopWithCollector()
    await shop.log(reportOf(newOrder()))
    const bodies = [{ v: 2 }, 'nonsense', null, ...shop.queue.sent.splice(0)]
    expect(await shop.deliver(bodies)).toEqual({
      acked: ['3'],
      retriedAfterS: { 0: 5, 1: 5, 2: 5 },
    })
    expect(collector.spans).toHaveLength(10)
  })
})

describe('POST /api/ops/sagas/:id/trace', () => {
  it('sends all of an order again, under the same ids', async () => {
    const { shop, collector } = await shopWithCollector()
    const id = newOrder()
    await shop.log(reportOf(id, 'skipped'))
    await shop.export()
    const response = await shop.ask(`POST /api/ops/sagas/${id}/trace`)
    expect(response.status).toBe(202)
    expect(await response.json()).toEqual({ orderId: id, transitions: 9 })
    await shop.export()
    const [first, again] = collector.posts.map(({ request }) => request)
    expect(again).toEqual(first)
  })

  it('a restored order: of its newest journal', async () => {
    const { shop, collector } = await shopWithCollector()
    const id = newOrder()
    await shop.log(reportOf(id, 'restored', { to: 3 }))
    await shop.log(reportOf(id, 'restored', { from: 4, epoch: 2 }))
    shop.queue.sent.splice(0)
    await shop.ask(`POST /api/ops/sagas/${id}/trace`)
    await shop.export()
    expect(collector.spans).toHaveLength(10)
  })

  it('says that traces are off, and what is wrong with what is set', async () => {
    const id = newOrder()
    const off = new TracedShop(databases())
    await off.log(reportOf(id))
    const problem = await problemOf(await off.ask(`POST /api/ops/sagas/${id}/trace`))
    expect(problem).toMatchObject({ status: 409, code: 'traces-off' })
    const faulty = new TracedShop(databases(), 'collector:4318')
    const other = await problemOf(await faulty.ask(`POST /api/ops/sagas/${id}/trace`))
    expect(other.detail).toContain('OTEL_EXPORTER_OTLP_ENDPOINT must be')
  })

  it('knows no order that the log has nothing of', async () => {
    const { shop } = await shopWithCollector()
    for (const id of [newOrder(), 'nonsense']) {
      const problem = await problemOf(await shop.ask(`POST /api/ops/sagas/${id}/trace`))
      expect(problem.code).toBe('saga-not-found')
    }
    expect(shop.queue.sent).toEqual([])
  })
})
