import { describe, expect, it, vi } from 'vitest'
import { sagaLogMessageSchema } from '../../durable-objects/saga-log/message.ts'
import { DELIVERIES_MAX } from '../../worker/traces/consumer.ts'
import { lostDatabase } from './support/doubles.ts'
import { problemOf } from './support/requests.ts'
import { TracedShop, reportOf } from './support/traced-shop.ts'
import { newOrder, useTracedShops } from './support/traced-shops.ts'

const { databases, shopWithCollector, warnings, errors } = useTracedShops()

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
    expect(errors()).toMatchObject([
      { event: 'traces-refused', reason: `answered ${status}: bad data`, orders: [id] },
    ])
  })

  it('that takes only a part has had its say: nothing comes again', async () => {
    const { shop, collector } = await shopWithCollector()
    await shop.log(reportOf(newOrder()))
    const partialSuccess = { rejectedSpans: '3', errorMessage: 'too old' }
    collector.answers.push({ status: 200, body: JSON.stringify({ partialSuccess }) })
    expect(await shop.export()).toEqual({ acked: ['0'], retriedAfterS: {} })
    expect(warnings()).toMatchObject([
      { event: 'spans-rejected', rejectedSpans: 3, of: 10, reason: 'too old' },
    ])
  })

  it('that talks without end has been heard after its first words', async () => {
    const { shop, collector } = await shopWithCollector()
    await shop.log(reportOf(newOrder()))
    collector.answers.push({ status: 200, body: '{'.repeat(20_000), isEndless: true })
    expect(await shop.export()).toEqual({ acked: ['0'], retriedAfterS: {} })
    expect(warnings()).toEqual([])
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
    expect(errors()).toMatchObject([{ event: 'traces-given-up', orders: [id] }])
  })

  it('is waited for ten seconds, and no longer', async () => {
    const { shop } = await shopWithCollector()
    const timedOut = new DOMException('timed out', 'TimeoutError')
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort(timedOut))
    await shop.log(reportOf(newOrder()))
    expect(await shop.export()).toEqual({ acked: [], retriedAfterS: { 0: 5 } })
    expect(timeout).toHaveBeenCalledExactlyOnceWith(10_000)
    timeout.mockRestore()
    expect(warnings()).toMatchObject([{ event: 'traces-not-taken', reason: 'no answer in 10 s' }])
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
