import { describe, expect, it } from 'vitest'
import { traceparentOf } from '../../worker/traces/traceparent.ts'
import { consumeSagaLog } from '../../worker/saga-log/consumer.ts'
import { DELIVERIES_MAX } from '../../worker/traces/consumer.ts'
import { QueueDouble, down } from './support/doubles.ts'
import { TracedShop, handOver, reportOf } from './support/traced-shop.ts'
import { newOrder, useTracedShops } from './support/traced-shops.ts'

const { databases, shopWithCollector, warnings, errors } = useTracedShops()

const byId = (a: { id?: unknown }, b: { id?: unknown }) => String(a.id).localeCompare(String(b.id))

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
    expect(warnings()).toMatchObject([
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
    expect(errors()).toEqual([
      { level: 'error', event: 'traces-misconfigured', fault: expect.stringContaining(name) },
    ])
    expect(JSON.stringify(errors())).not.toContain(value)
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

  it('T6: a gap holds up its own order alone', async () => {
    const { shop, collector } = await shopWithCollector()
    const [broken, whole] = [newOrder(), newOrder()]
    await shop.log(reportOf(broken, 'completed', { from: 5 }), reportOf(whole))
    expect(await shop.export()).toEqual({ acked: ['0'], retriedAfterS: {} })
    expect(collector.spans.map(({ attributes }) => attributes['order.id'])).toEqual(
      Array.from({ length: 10 }, () => whole),
    )
    expect(shop.queue.sent).toMatchObject([{ v: 1, orders: [{ orderId: broken }] }])
    expect(await shop.export()).toEqual({ acked: [], retriedAfterS: { 0: 5 } })
  })

  it('T6: who is told without the gap is told again, under the same ids, if the queue does not take the rest', async () => {
    const { shop, collector } = await shopWithCollector()
    await shop.log(reportOf(newOrder(), 'completed', { from: 5 }), reportOf(newOrder()))
    const messages = shop.queue.sent.splice(0)
    const refusing = { TRACES: Object.assign(new QueueDouble(), { send: down }) }
    expect(await shop.deliver(messages, refusing)).toEqual({ acked: [], retriedAfterS: { 0: 5 } })
    expect(await shop.deliver(messages)).toEqual({ acked: ['0'], retriedAfterS: {} })
    expect(collector.posts[1]?.request).toEqual(collector.posts[0]?.request)
  })

  it('T6: a gap that never closes is given up, and costs the others of its message nothing', async () => {
    const { shop, collector } = await shopWithCollector()
    const [broken, whole] = [newOrder(), newOrder()]
    await shop.log(reportOf(broken, 'completed', { from: 5 }), reportOf(whole))
    expect(await shop.export({}, DELIVERIES_MAX)).toEqual({ acked: ['0'], retriedAfterS: {} })
    expect(collector.spans.every(({ attributes }) => attributes['order.id'] === whole)).toBe(true)
    expect(collector.spans).toHaveLength(10)
    expect(warnings()).toMatchObject([{ event: 'traces-given-up', orders: [broken] }])
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
