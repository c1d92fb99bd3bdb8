import { Webhook } from 'standardwebhooks'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { freePort } from '../../scripts/local/ports.ts'
import {
  deliveryListSchema,
  endpointListSchema,
  endpointSchema,
  endpointWithSecretSchema,
} from '../../worker/api/ops/webhooks/contract.ts'
import type { DeliveryMessage } from '../../worker/webhooks/message.ts'
import { useDatabases } from './support/databases.ts'
import { QueueDouble, down, orderIdOfNumber } from './support/doubles.ts'
import { asOperator, problemOf, request } from './support/requests.ts'
import { WebhookShop, by, receiverOf } from './support/webhook-shop.ts'
import { createSaga, orderMessage } from './support/webhooks.ts'

const logged = vi.spyOn(console, 'log').mockImplementation(() => {})
vi.spyOn(console, 'warn').mockImplementation(() => {})

const databases = useDatabases()
let shop: WebhookShop
beforeEach(async () => {
  logged.mockClear()
  shop = new WebhookShop(databases())
  await databases().sagaLog.exec('delete from webhook_endpoint')
  await databases().sagaLog.exec('delete from webhook_delivery')
})

const URL = 'https://erp.example.com/hooks'
const ROUTES = [
  'GET /api/ops/webhooks',
  'POST /api/ops/webhooks',
  'GET /api/ops/webhooks/we_1',
  'PATCH /api/ops/webhooks/we_1',
  'DELETE /api/ops/webhooks/we_1',
  'POST /api/ops/webhooks/we_1/secret',
  'POST /api/ops/webhooks/we_1/test',
  'GET /api/ops/webhooks/we_1/deliveries',
  'POST /api/ops/webhooks/we_1/deliveries/e/replay',
  'POST /api/ops/webhooks/we_1/replay',
]

it.each(ROUTES)('%s is for operators only', async (route) => {
  expect(await problemOf(await request(shop.env, route))).toMatchObject({
    status: 401,
    code: 'operator-required',
  })
})

it.each([
  'GET /api/ops/webhooks/we_1',
  'PATCH /api/ops/webhooks/we_1',
  'DELETE /api/ops/webhooks/we_1?by=Ann&reason=moved',
  'POST /api/ops/webhooks/we_1/secret',
  'POST /api/ops/webhooks/we_1/test',
  'GET /api/ops/webhooks/we_1/deliveries',
  'POST /api/ops/webhooks/we_1/deliveries/e/replay',
  'POST /api/ops/webhooks/we_1/replay',
])('%s: there is no such webhook', async (route) => {
  const response = await shop.ask(route, route.startsWith('GET') ? {} : { json: by })
  expect(await problemOf(response)).toMatchObject({ status: 404, code: 'webhook-not-found' })
})

describe('registering', () => {
  it('shows the secret once, and by whom and why it was done', async () => {
    const { id, secret, ...shown } = await shop.register(URL, ['order.failed', 'order.failed'])
    expect(secret).toMatch(/^whsec_/)
    expect(shown).toMatchObject({ url: URL, events: ['order.failed'], changed: by })
    const texts = [
      await (await shop.ask('GET /api/ops/webhooks')).text(),
      await (await shop.ask(`GET /api/ops/webhooks/${id}`)).text(),
      logged.mock.calls.flat().join(),
    ]
    for (const text of texts) expect(text).not.toContain('whsec_')
    const { webhooks } = endpointListSchema.parse(JSON.parse(texts[0] ?? ''))
    expect(webhooks).toEqual([{ id, ...shown }])
    expect(logged.mock.calls.flat().join()).toContain('webhook-registered')
  })

  it('hears of every type unless it says of which', async () => {
    expect((await shop.register(URL)).events).toEqual([
      'order.confirmed',
      'order.failed',
      'order.cancelled',
      'order.returned',
    ])
  })

  it('twice is one endpoint: the second time says which', async () => {
    const { id } = await shop.register(URL)
    const again = await shop.ask('POST /api/ops/webhooks', {
      json: { ...by, url: 'https://ERP.example.com:443/hooks' },
    })
    expect(await problemOf(again)).toMatchObject({
      status: 409,
      code: 'webhook-exists',
      detail: `It is ${id}.`,
    })
  })

  it('twenty are enough, also at once', async () => {
    const responses = await Promise.all(
      Array.from({ length: 22 }, (_, index) =>
        shop.ask('POST /api/ops/webhooks', { json: { ...by, url: `${URL}/${index}` } }),
      ),
    )
    const refused = responses.filter(({ status }) => status !== 201)
    expect(refused).toHaveLength(2)
    for (const response of refused) {
      expect(await problemOf(response)).toMatchObject({ status: 409, code: 'too-many-webhooks' })
    }
  })

  it.each([
    [{ ...by, url: 'http://10.0.0.1/' }, 'url'],
    [{ ...by, url: 'https://localhost/' }, 'url'],
    [{ ...by, url: 'nonsense' }, 'url'],
    [{ ...by }, 'url'],
    [{ url: URL, reason: 'x' }, 'by'],
    [{ url: URL, by: 'Ann' }, 'reason'],
    [{ ...by, url: URL, events: [] }, 'events'],
    [{ ...by, url: URL, events: ['order.placed'] }, 'events.0'],
    [{ ...by, url: URL, secret: 'mine' }, 'secret'],
  ])('%j is invalid: %s', async (json, field) => {
    const response = await shop.ask('POST /api/ops/webhooks', { json })
    expect(await problemOf(response)).toMatchObject({ status: 422, errors: [{ field }] })
  })
})

const change = (id: string, json: object) =>
  shop.ask(`PATCH /api/ops/webhooks/${id}`, { json: { ...by, ...json } })

describe('changing', () => {
  it('leaves what is left out', async () => {
    const { id } = await shop.register(URL)
    const changed = await change(id, { events: ['order.returned'], reason: 'less noise' })
    expect(endpointSchema.parse(await changed.json())).toMatchObject({
      url: URL,
      events: ['order.returned'],
      status: 'active',
      changed: { by: 'Ann', reason: 'less noise' },
    })
    const moved = await change(id, { url: `${URL}/new` })
    expect(await moved.json()).toMatchObject({ url: `${URL}/new`, events: ['order.returned'] })
  })

  it('not to the URL of another, but to its own', async () => {
    const { id } = await shop.register(URL)
    const other = await shop.register(`${URL}/other`)
    expect(await problemOf(await change(id, { url: other.url }))).toMatchObject({
      status: 409,
      code: 'webhook-exists',
      detail: `It is ${other.id}.`,
    })
    expect((await change(id, { url: URL })).status).toBe(200)
  })

  it.each([
    [{ status: 'gone' }, 'status'],
    [{ url: 'https://[::1]/' }, 'url'],
    [{ by: '' }, 'by'],
  ])('%j is invalid', async (json, field) => {
    const { id } = await shop.register(URL)
    const problem = await problemOf(await change(id, json))
    expect(problem).toMatchObject({ status: 422, errors: [{ field }] })
  })
})

describe('removing', () => {
  it('forgets the endpoint and what was to be sent, and wants a name and a reason', async () => {
    const { id } = await shop.register(URL)
    await shop.ask(`POST /api/ops/webhooks/${id}/test`)
    const unsigned = await shop.ask(`DELETE /api/ops/webhooks/${id}`)
    expect(await problemOf(unsigned)).toMatchObject({ status: 422 })
    const removed = await shop.ask(`DELETE /api/ops/webhooks/${id}?by=Ann&reason=moved`)
    expect(removed.status).toBe(204)
    const { results } = await databases().sagaLog.prepare('select * from webhook_delivery').all()
    expect(results).toEqual([])
    await shop.deliverSent()
    const again = await shop.ask(`DELETE /api/ops/webhooks/${id}?by=Ann&reason=moved`)
    expect(again.status).toBe(404)
  })
})

const replaceSecret = async (id: string) => {
  const response = await shop.ask(`POST /api/ops/webhooks/${id}/secret`, { json: by })
  return endpointWithSecretSchema.parse(await response.json())
}

async function expectSignedBy(known: string, id: string, port: number): Promise<void> {
  const { receptions, stop } = await receiverOf(known, { port })
  await shop.ask(`POST /api/ops/webhooks/${id}/test`)
  await shop.deliverSent()
  await stop()
  expect(receptions).toMatchObject([{ kind: 'accepted', event: { type: 'webhook.test' } }])
}

describe('a secret that is replaced', () => {
  it('is shown once; the receiver may have either for a day', async () => {
    const port = await freePort('localhost')
    const { id, secret } = await shop.register(`http://localhost:${port}/`)
    const replaced = await replaceSecret(id)
    expect(replaced.secret).not.toBe(secret)
    expect(() => new Webhook(replaced.secret)).not.toThrow()
    const untilMs = Date.parse(replaced.previousSecretUntil ?? '')
    expect(untilMs - Date.now()).toBeGreaterThan(23 * 60 * 60_000)
    expect(untilMs - Date.now()).toBeLessThanOrEqual(24 * 60 * 60_000)
    for (const known of [secret, replaced.secret]) await expectSignedBy(known, id, port)
  })

  it('four times at once: each that was shown signs, and the one before', async () => {
    const port = await freePort('localhost')
    const { id, secret } = await shop.register(`http://localhost:${port}/`)
    const replaced = await Promise.all([1, 2, 3, 4].map(() => replaceSecret(id)))
    const all = [secret, ...replaced.map((endpoint) => endpoint.secret)]
    expect(new Set(all).size).toBe(5)
    for (const known of all) await expectSignedBy(known, id, port)
  })
})

describe('deliveries', () => {
  it('are listed newest first, by page and by status', async () => {
    const { id } = await shop.register(URL)
    await shop.log(
      ...[1, 2, 3].map((number) => {
        const orderId = orderIdOfNumber(number)
        const sagas = [{ ...createSaga(orderId), startedAtMs: Date.now() }]
        return orderMessage(orderId, { sagas })
      }),
    )
    const [one, two, three] = [1, 2, 3].map((number) => `confirmed_${orderIdOfNumber(number)}`)
    await databases().sagaLog.exec(
      `update webhook_delivery set status = 'dead' where event_id = '${two}'`,
    )
    const page = async (query: string) => {
      const response = await shop.ask(`GET /api/ops/webhooks/${id}/deliveries?${query}`)
      const { deliveries, next } = deliveryListSchema.parse(await response.json())
      return { ids: deliveries.map(({ eventId }) => eventId), next }
    }
    expect(await page('limit=2')).toEqual({ ids: [three, two], next: two })
    expect(await page(`limit=2&after=${two}`)).toEqual({ ids: [one], next: null })
    expect(await page('status=dead')).toEqual({ ids: [two], next: null })
    expect(await page('after=no-such-event')).toEqual({ ids: [], next: null })
  })

  it.each(['status=lost', 'limit=0', 'limit=201', 'after='])('%s: 422', async (query) => {
    const { id } = await shop.register(URL)
    const response = await shop.ask(`GET /api/ops/webhooks/${id}/deliveries?${query}`)
    const [field] = query.split('=')
    expect(await problemOf(response)).toMatchObject({ status: 422, errors: [{ field }] })
  })

  it('that there are not cannot be sent again', async () => {
    const { id } = await shop.register(URL)
    const route = `POST /api/ops/webhooks/${id}/deliveries/confirmed_ord/replay`
    expect(await problemOf(await shop.ask(route, { json: by }))).toMatchObject({
      status: 404,
      code: 'delivery-not-found',
    })
  })

  it.each(['test', 'replay', 'deliveries/e/replay'])(
    'to an endpoint that is paused: %s is refused, and says why',
    async (action) => {
      const { id } = await shop.register(URL)
      await shop.ask(`PATCH /api/ops/webhooks/${id}`, { json: { ...by, status: 'paused' } })
      const response = await shop.ask(`POST /api/ops/webhooks/${id}/${action}`, { json: by })
      expect(await problemOf(response)).toMatchObject({
        status: 409,
        code: 'webhook-not-active',
        detail: 'It is paused.',
      })
    },
  )

  it('are recorded although the queue refuses them', async () => {
    const { id } = await shop.register(URL)
    const queue = new QueueDouble<DeliveryMessage>()
    queue.sendBatch = down
    const refusing = asOperator({ ...shop.env, WEBHOOKS: queue })
    expect((await refusing(`POST /api/ops/webhooks/${id}/test`)).status).toBe(202)
    expect(await shop.deliveries(id, 'status=pending')).toHaveLength(1)
  })
})
