import { describe, expect, it, vi } from 'vitest'
import { consumeDeliveries } from '../../worker/webhooks/consumer.ts'
import { lostDatabase } from './support/doubles.ts'
import { MINUTE_MS, confirmed, orderId, useReceivers } from './support/receivers.ts'
import { batchOf, by } from './support/webhook-shop.ts'

vi.spyOn(console, 'error').mockImplementation(() => {})
vi.spyOn(console, 'log').mockImplementation(() => {})

const { databases, shopWithReceiver, shopWithServer } = useReceivers()

describe('the consumer', () => {
  it('V1: a doubled message delivers once, in one batch, at once or later', async () => {
    const { shop, receptions } = await shopWithReceiver()
    await shop.log(confirmed())
    const [message] = shop.queue.sent.splice(0)
    expect(await shop.deliver([message, message])).toEqual({ acked: ['0', '1'], retried: [] })
    await Promise.all([shop.deliver([message]), shop.deliver([message])])
    expect(receptions).toHaveLength(1)
  })

  it('V1: a late message does not take the turn of the attempt that is due', async () => {
    const { shop, receptions } = await shopWithReceiver({ failures: 1 })
    await shop.log(confirmed())
    const [message] = shop.queue.sent.splice(0)
    await shop.deliver([message])
    await shop.deliver([message])
    expect(receptions).toHaveLength(1)
  })

  it('V1: an outcome that was not written is made up for: the event comes again', async () => {
    const { shop, id, receptions } = await shopWithReceiver()
    await shop.log(confirmed())
    const database = databases().sagaLog
    const prepare: D1Database['prepare'] = (text) => database.prepare(text)
    const forgetful: D1Database = Object.assign(Object.create(lostDatabase), { prepare })
    const { batch, done } = batchOf('edge-saga-webhooks', shop.queue.sent.splice(0))
    await consumeDeliveries(batch, { SAGA_LOG_DB: forgetful })
    expect(done.acked).toEqual(['0'])
    await shop.sweepAfter(3 * MINUTE_MS)
    expect(receptions).toMatchObject([
      { event: { isRepeat: false } },
      { event: { isRepeat: true } },
    ])
    expect(await shop.deliveries(id)).toMatchObject([{ status: 'delivered', attempts: 2 }])
  })

  it('an attempt that ends after a replay of its event says nothing of what became of that', async () => {
    const { promise, resolve } = Promise.withResolvers<number>()
    const { shop, id, asked } = await shopWithServer((_, times) => (times === 1 ? promise : 200))
    await shop.log(confirmed())
    const slow = shop.deliverSent()
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    await shop.ask(`POST /api/ops/webhooks/${id}/deliveries/confirmed_${orderId}/replay`, {
      json: by,
    })
    await shop.deliverSent()
    resolve(500)
    await slow
    expect(await shop.deliveries(id)).toMatchObject([{ status: 'delivered', lastStatus: 200 }])
  })

  it('nor of an attempt of that replay which has the same number and is under way', async () => {
    const { promise: first, resolve: answerFirst } = Promise.withResolvers<number>()
    const { promise: second, resolve: answerSecond } = Promise.withResolvers<number>()
    const { shop, id, asked } = await shopWithServer((_, times) => (times === 1 ? first : second))
    await shop.log(confirmed())
    const slow = shop.deliverSent()
    await vi.waitFor(() => expect(asked).toHaveLength(1))
    await shop.ask(`POST /api/ops/webhooks/${id}/deliveries/confirmed_${orderId}/replay`, {
      json: by,
    })
    const replayed = shop.deliverSent()
    await vi.waitFor(() => expect(asked).toHaveLength(2))
    answerFirst(200)
    await slow
    answerSecond(500)
    await replayed
    expect(await shop.deliveries(id)).toMatchObject([
      { status: 'pending', attempts: 1, lastStatus: 500 },
    ])
  })

  it('V2: what cannot be read costs the others nothing, nor does an endpoint that fails', async () => {
    const { shop, receptions } = await shopWithReceiver()
    const failing = await shopWithServer(() => 500)
    await shop.log(confirmed())
    const bodies = [{ v: 2 }, 'nonsense', null, ...shop.queue.sent.splice(0)]
    expect(await shop.deliver(bodies)).toEqual({ acked: ['0', '1', '2', '3', '4'], retried: [] })
    expect(receptions).toHaveLength(1)
    expect(failing.asked).toHaveLength(1)
  })

  it('without D1 nothing is sent, and the messages come again', async () => {
    const { shop, receptions } = await shopWithReceiver()
    await shop.log(confirmed())
    const { batch, done } = batchOf('edge-saga-webhooks', shop.queue.sent.splice(0))
    await consumeDeliveries(batch, { SAGA_LOG_DB: lostDatabase })
    expect(done).toEqual({ acked: [], retried: ['0'] })
    expect(receptions).toEqual([])
  })

  it('leaves an endpoint alone for as long as it asks', async () => {
    const { shop, id, asked } = await shopWithServer((_, times) =>
      times === 1 ? { status: 503, retryAfterS: 3_600 } : 200,
    )
    await shop.log(confirmed())
    await shop.deliverSent()
    await shop.sweepAfter(59 * MINUTE_MS)
    expect(asked).toHaveLength(1)
    await shop.sweepAfter(67 * MINUTE_MS)
    expect(await shop.deliveries(id)).toMatchObject([{ status: 'delivered', attempts: 2 }])
  })

  it('waits ten seconds for an answer, and no longer', async () => {
    const { shop, id } = await shopWithReceiver()
    const timedOut = new DOMException('timed out', 'TimeoutError')
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort(timedOut))
    await shop.log(confirmed())
    await shop.deliverSent()
    expect(timeout).toHaveBeenCalledExactlyOnceWith(10_000)
    timeout.mockRestore()
    expect(await shop.deliveries(id)).toMatchObject([{ lastError: 'no answer in 10 s' }])
  })
})

describe('the sweep', () => {
  it('sends what is due once, however often it runs', async () => {
    const { shop, receptions } = await shopWithReceiver()
    await shop.log(confirmed())
    shop.queue.sent.splice(0)
    const later = () => shop.ask('POST /api/ops/sweep')
    await databases().sagaLog.exec('update webhook_delivery set next_at_ms = 0')
    expect(await (await later()).json()).toMatchObject({ webhooks: { sent: 1 } })
    expect(await (await later()).json()).toMatchObject({ webhooks: { sent: 0 } })
    await shop.deliverSent()
    expect(receptions).toHaveLength(1)
  })

  it('goes round all endpoints: a long backlog of one does not hold up the others', async () => {
    const { shop, id } = await shopWithReceiver()
    await shop.log(...Array.from({ length: 250 }, (_, index) => confirmed(index)))
    const { receptions } = await shopWithReceiver()
    await shop.log(confirmed(999))
    shop.queue.sent.splice(0)
    await databases().sagaLog.exec('update webhook_delivery set next_at_ms = 0')
    expect(await (await shop.ask('POST /api/ops/sweep')).json()).toMatchObject({
      webhooks: { sent: 201 },
    })
    const ofOther = shop.queue.sent.filter(({ endpointId }) => endpointId !== id)
    await shop.deliver(ofOther)
    expect(receptions).toHaveLength(1)
  })
})
