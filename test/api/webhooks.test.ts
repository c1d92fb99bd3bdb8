import { beforeEach, describe, expect, it, vi } from 'vitest'
import { freePort } from '../../scripts/local/ports.ts'
import { endpointSchema } from '../../worker/api/ops/webhooks/contract.ts'
import { consumeSagaLog } from '../../worker/saga-log/consumer.ts'
import { down, orderIdOfNumber } from './support/doubles.ts'
import { MINUTE_MS, confirmed, orderId, useReceivers } from './support/receivers.ts'
import { WebhookShop, batchOf, by } from './support/webhook-shop.ts'
import { orderMessage, returnSaga } from './support/webhooks.ts'

vi.spyOn(console, 'log').mockImplementation(() => {})
const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
beforeEach(() => {
  warned.mockClear()
})

const { databases, shopWithReceiver, shopWithServer } = useReceivers()

/** The longest delay, with its tenth. */
const HALF_A_DAY_MS = 12 * 60 * MINUTE_MS

describe('an event', () => {
  it('is received, its signature good; what tells of it again is nothing new', async () => {
    const { shop, id, receptions } = await shopWithReceiver()
    const message = confirmed()
    const retold = { ...message, version: 2, updatedAtMs: 9_000 }
    expect(await shop.log(message, message)).toEqual({ acked: ['0', '1'], retried: [] })
    expect(await shop.log(retold)).toEqual({ acked: ['0'], retried: [] })
    expect(shop.queue.sent).toHaveLength(1)
    expect(await shop.deliverSent()).toEqual({ acked: ['0'], retried: [] })
    const data = { orderId, status: 'confirmed', total: { amount: 1490, currency: 'USD' } }
    expect(receptions).toMatchObject([
      { kind: 'accepted', event: { id: `confirmed_${orderId}`, type: 'order.confirmed', data } },
    ])
    expect(await shop.deliveries(id)).toMatchObject([
      { status: 'delivered', attempts: 1, nextAt: null, lastStatus: 204, lastError: null },
    ])
    await shop.log(message)
    expect(shop.queue.sent).toEqual([])
  })

  it('of a saga that began before the endpoint was registered is not its business', async () => {
    const { shop, id } = await shopWithReceiver()
    await shop.log(orderMessage(orderId))
    expect(await shop.deliveries(id)).toEqual([])
  })

  it('goes to those that want to hear of its type, to each under its own secret', async () => {
    const { shop, id, receptions } = await shopWithReceiver({ events: ['order.failed'] })
    const other = await shopWithReceiver()
    await shop.log(confirmed())
    await shop.deliverSent()
    expect(await shop.deliveries(id)).toEqual([])
    expect(receptions).toEqual([])
    expect(other.receptions).toMatchObject([{ kind: 'accepted' }])
  })

  it('that a lost journal tells of once there is another is nobody’s business', async () => {
    const { shop, id, receptions } = await shopWithReceiver()
    const restored = {
      ...confirmed(8),
      epoch: 2,
      version: 3,
      orderStatus: 'pending',
      settled: false,
    }
    const returned = { ...returnSaga(orderIdOfNumber(8)), startedAtMs: Date.now() }
    const lost = { ...restored, epoch: 1, version: 9, settled: true }
    await shop.log(restored, { ...lost, orderStatus: 'cancelled' })
    await shop.log({ ...lost, orderStatus: 'returned', sagas: [...lost.sagas, returned] })
    expect(await shop.deliveries(id)).toEqual([])
    await shop.log({ ...restored, version: 4, orderStatus: 'failed', settled: true })
    await shop.deliverSent()
    expect(receptions).toMatchObject([{ kind: 'accepted', event: { type: 'order.failed' } }])
  })

  it('whose message the queue does not take is sent by the sweep; the log is written', async () => {
    const { shop, receptions } = await shopWithReceiver()
    const { batch, done } = batchOf('edge-saga-log', [confirmed()])
    await consumeSagaLog(batch, { ...shop.env, WEBHOOKS: { sendBatch: down } })
    expect(done).toEqual({ acked: ['0'], retried: [] })
    await shop.sweepAfter(MINUTE_MS)
    expect(receptions).toEqual([])
    await shop.sweepAfter(3 * MINUTE_MS)
    expect(receptions).toMatchObject([{ kind: 'accepted' }])
  })
})

describe('an endpoint that fails', () => {
  it('is tried again when it is due, and not before', async () => {
    const { shop, id, receptions } = await shopWithReceiver({ failures: 1 })
    await shop.log(confirmed())
    await shop.deliverSent()
    expect(await shop.deliveries(id, 'status=pending')).toMatchObject([
      { attempts: 1, lastStatus: 500, lastError: 'answered 500', deliveredAt: null },
    ])
    await shop.sweepAfter(MINUTE_MS / 2)
    expect(receptions).toHaveLength(1)
    await shop.sweepAfter(2 * MINUTE_MS)
    expect(receptions).toMatchObject([{ kind: 'failed-on-purpose' }, { kind: 'accepted' }])
    expect(await shop.deliveries(id)).toMatchObject([{ status: 'delivered', attempts: 2 }])
  })

  it('eight times is dead, until an operator has it sent again', async () => {
    let status = 503
    const { shop, id, asked } = await shopWithServer(() => status)
    await shop.log(confirmed())
    await shop.deliverSent()
    for (let attempt = 2; attempt <= 8; attempt += 1) await shop.sweepAfter(HALF_A_DAY_MS)
    expect(asked).toHaveLength(8)
    expect(await shop.deliveries(id)).toMatchObject([{ status: 'dead', attempts: 8, nextAt: null }])
    expect(warned.mock.calls.flat().join()).toContain('webhook-dead')
    await shop.sweepAfter(2 * HALF_A_DAY_MS)
    expect(asked).toHaveLength(8)

    status = 200
    const eventId = `confirmed_${orderId}`
    const replayed = await shop.ask(`POST /api/ops/webhooks/${id}/deliveries/${eventId}/replay`, {
      json: by,
    })
    expect(await replayed.json()).toMatchObject({ status: 'pending', attempts: 0, replayed: by })
    await shop.deliverSent()
    expect(await shop.deliveries(id)).toMatchObject([
      { eventId, status: 'delivered', attempts: 1, lastError: null, replayed: by },
    ])
  })

  it('dead ones are sent again all at once, others are not', async () => {
    const { shop, id, asked } = await shopWithServer((_, times) => (times <= 3 ? 500 : 200))
    await shop.log(confirmed(1), confirmed(2), confirmed(3))
    await shop.deliverSent()
    await databases().sagaLog.exec(
      `update webhook_delivery set status = 'dead' where event_id <> 'confirmed_${orderIdOfNumber(3)}'`,
    )
    const response = await shop.ask(`POST /api/ops/webhooks/${id}/replay`, { json: by })
    expect(await response.json()).toEqual({ replayed: 2, more: false })
    await shop.deliverSent()
    expect(asked).toHaveLength(5)
    expect(await shop.deliveries(id, 'status=delivered')).toHaveLength(2)
    expect(await shop.deliveries(id, 'status=pending')).toHaveLength(1)
  })

  it('with 410 hears of nothing more, until an operator makes it active', async () => {
    const { shop, id, asked } = await shopWithServer((_, times) => (times === 1 ? 410 : 200))
    await shop.log(confirmed(1))
    await shop.deliverSent()
    expect(await shop.deliveries(id)).toMatchObject([{ status: 'dead', lastStatus: 410 }])
    expect(await (await shop.ask(`GET /api/ops/webhooks/${id}`)).json()).toMatchObject({
      status: 'gone',
    })
    await shop.log(confirmed(2))
    await shop.sweepAfter(HALF_A_DAY_MS)
    expect(asked).toHaveLength(1)
    expect(await shop.deliveries(id)).toHaveLength(1)

    await shop.ask(`PATCH /api/ops/webhooks/${id}`, { json: { ...by, status: 'active' } })
    await shop.log(confirmed(3))
    await shop.deliverSent()
    expect(asked).toHaveLength(2)
  })

  it('V3: with 410 at an address that it has left meanwhile goes on at its new one', async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<number>()
    const { shop, id, asked } = await shopWithServer((path) => (path === '/' ? answered : 200))
    const { url } = endpointSchema.parse(
      await (await shop.ask(`GET /api/ops/webhooks/${id}`)).json(),
    )
    await shop.log(confirmed(1))
    const delivering = shop.deliverSent()
    await vi.waitFor(() => expect(asked).toEqual(['/']))
    await shop.ask(`PATCH /api/ops/webhooks/${id}`, { json: { ...by, url: `${url}new` } })
    answer(410)
    await delivering
    await shop.log(confirmed(2))
    await shop.deliverSent()
    expect(asked).toEqual(['/', '/new'])
    expect(await shop.deliveries(id)).toMatchObject([{ status: 'delivered' }, { status: 'dead' }])
  })

  it('a redirection is a failure, and is not followed', async () => {
    const { shop, id, asked } = await shopWithServer(() => 307)
    await shop.log(confirmed())
    await shop.deliverSent()
    expect(asked).toEqual(['/'])
    expect(await shop.deliveries(id)).toMatchObject([{ status: 'pending', lastStatus: 307 }])
  })

  it('nobody listens: it says so', async () => {
    const shop = new WebhookShop(databases())
    const { id } = await shop.register(`http://localhost:${await freePort('localhost')}/`)
    await shop.log(confirmed())
    await shop.deliverSent()
    const [delivery] = await shop.deliveries(id)
    expect(delivery).toMatchObject({ status: 'pending', attempts: 1, lastStatus: null })
    expect(delivery?.lastError).toBeTruthy()
  })
})

describe('a paused endpoint', () => {
  it('is sent nothing; what is kept for it follows when it is active again', async () => {
    const { shop, id, receptions } = await shopWithReceiver()
    const set = (status: string) =>
      shop.ask(`PATCH /api/ops/webhooks/${id}`, { json: { ...by, status } })
    await shop.log(confirmed(1))
    await set('paused')
    await shop.deliverSent()
    await shop.log(confirmed(2))
    await shop.sweepAfter(HALF_A_DAY_MS)
    expect(receptions).toEqual([])
    expect(await shop.deliveries(id)).toMatchObject([{ attempts: 0 }, { attempts: 0 }])
    await set('active')
    await shop.sweepAfter(HALF_A_DAY_MS)
    expect(receptions).toHaveLength(2)
  })
})
