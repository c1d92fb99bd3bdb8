import { createMessageBatch } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  deliveryListSchema,
  endpointWithSecretSchema,
} from '../../worker/api/ops/webhooks/contract.ts'
import { sweep } from '../../worker/sweep.ts'
import { consumeDeliveries } from '../../worker/webhooks/consumer.ts'
import { Customer, asOperator, eventually } from './shop.ts'

const operator = { by: 'Ann', reason: 'the ERP wants to know' }
const MINUTE_MS = 60_000

beforeEach(() => env.SAGA_LOG_DB.exec('delete from webhook_endpoint'))

const ask = async (path: string, json?: object): Promise<Response> =>
  asOperator(`/api/ops/webhooks${path}`, {
    method: 'POST',
    ...(json ? { body: JSON.stringify({ ...operator, ...json }) } : {}),
  })

/** Registered at a URL of its own, where these are the first answers. */
async function endpoint(...statuses: number[]) {
  const url = `https://erp.example.com/${crypto.randomUUID()}`
  const { id, secret } = endpointWithSecretSchema.parse(await (await ask('', { url })).json())
  await env.RECEIVER.expect(url, secret, statuses)
  const received = () => env.RECEIVER.received(url)
  const deliveries = async () =>
    deliveryListSchema.parse(await (await asOperator(`/api/ops/webhooks/${id}/deliveries`)).json())
      .deliveries
  const until = (isDone: (status: string, attempts: number) => boolean) =>
    eventually(deliveries, ([first]) => first !== undefined && isDone(first.status, first.attempts))
  return { id, url, received, deliveries, until }
}

/** As if all that waits had waited long enough. */
async function sweepWhenDue(): Promise<void> {
  await env.SAGA_LOG_DB.exec('update webhook_delivery set next_at_ms = 0')
  await sweep(env)
}

async function settledOrder(token: 'tok_visa' | 'tok_declined' = 'tok_visa') {
  const customer = await Customer.arrive()
  const { id } = await customer.order({ payment: { token } })
  return customer.settled(id)
}

describe('webhooks', () => {
  it('an order that is confirmed is heard of, signed, and once', async () => {
    const { received, until } = await endpoint()
    const order = await settledOrder()
    await until((status) => status === 'delivered')
    expect(await received()).toEqual([
      {
        id: `confirmed_${order.id}`,
        isSigned: true,
        event: {
          type: 'order.confirmed',
          timestamp: expect.any(String),
          data: {
            orderId: order.id,
            status: 'confirmed',
            total: order.total,
            units: 2,
            customer: expect.stringMatching(/^cus_/),
            startedAt: order.placedAt,
          },
        },
      },
    ])
    await sweepWhenDue()
    expect(await received()).toHaveLength(1)
  })

  it('an order that failed is heard of when all is given back, with the reason', async () => {
    const { received, until } = await endpoint()
    const order = await settledOrder('tok_declined')
    await until((status) => status === 'delivered')
    expect(await received()).toMatchObject([
      {
        id: `failed_${order.id}`,
        isSigned: true,
        event: { type: 'order.failed', data: { failureCode: order.failure?.code } },
      },
    ])
  })

  it('an endpoint that answered 500 is asked again when that is due, by the sweep', async () => {
    const { received, until } = await endpoint(500)
    await settledOrder()
    await until((status, attempts) => status === 'pending' && attempts === 1)
    const early = await sweep(env)
    expect(early.webhooks).toEqual({ sent: 0 })
    await sweep(env, Date.now() + 2 * MINUTE_MS)
    await until((status) => status === 'delivered')
    const [first, second] = await received()
    expect(second).toEqual(first)
  })

  it('V1: a doubled queue message delivers once', async () => {
    const { id, received, until } = await endpoint()
    await settledOrder()
    const [delivery] = await until((status) => status === 'delivered')
    await env.SAGA_LOG_DB.exec("update webhook_delivery set status = 'pending', attempt = 0")
    const body = { v: 1, endpointId: id, eventId: delivery?.eventId, attempt: 0 }
    const consume = () => {
      const message = { id: crypto.randomUUID(), timestamp: new Date(), attempts: 1, body }
      return consumeDeliveries(createMessageBatch('edge-saga-webhooks', [message, message]), env)
    }
    await Promise.all([consume(), consume()])
    expect(await received()).toHaveLength(2)
  })

  it('a paused endpoint is left alone, and told when it is active again', async () => {
    const { id, received, until } = await endpoint()
    const set = (status: string) =>
      asOperator(`/api/ops/webhooks/${id}`, {
        method: 'PATCH',
        body: JSON.stringify({ ...operator, status }),
      })
    await set('paused')
    await settledOrder()
    await until((status) => status === 'pending')
    await sweepWhenDue()
    expect(await received()).toEqual([])
    await set('active')
    await sweepWhenDue()
    await until((status) => status === 'delivered')
  })

  it('an endpoint that answers 410 is gone', async () => {
    const { id, received, until } = await endpoint(410)
    await settledOrder()
    await until((status) => status === 'dead')
    expect(await (await asOperator(`/api/ops/webhooks/${id}`)).json()).toMatchObject({
      status: 'gone',
    })
    await settledOrder()
    await sweepWhenDue()
    expect(await received()).toHaveLength(1)
  })

  it('what is dead after the last attempt is delivered when an operator replays it', async () => {
    const { id, received, until } = await endpoint(500, 500)
    const order = await settledOrder()
    await until((_, attempts) => attempts === 1)
    await env.SAGA_LOG_DB.exec('update webhook_delivery set attempt = 7')
    await sweepWhenDue()
    await until((status) => status === 'dead')
    const replayed = await ask(`/${id}/deliveries/confirmed_${order.id}/replay`, {})
    expect(replayed.status).toBe(202)
    await until((status) => status === 'delivered')
    expect(await received()).toHaveLength(3)
  })
})
