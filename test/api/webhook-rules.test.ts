import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import type { SagaLogMessage } from '../../durable-objects/saga-log/message.ts'
import { app } from '../../worker/api/app.ts'
import { openApiDocument } from '../../worker/api/documentation/open-api.ts'
import { webhookEventSchema } from '../../worker/api/ops/webhooks/contract.ts'
import { addressFault } from '../../worker/webhooks/address.ts'
import { ATTEMPTS_MAX, askedMsOf, retryAtMs } from '../../worker/webhooks/backoff.ts'
import { outcomeOf } from '../../worker/webhooks/deliver.ts'
import { eventsOf } from '../../worker/webhooks/events.ts'
import { newSecret, rotated, signedHeaders } from '../../worker/webhooks/signature.ts'
import { orderIdOfNumber } from './support/doubles.ts'
import { createSaga, orderMessage, returnSaga } from './support/webhooks.ts'

const orderId = orderIdOfNumber(7)
const DAY_MS = 24 * 60 * 60_000

const typesOf = (message: Partial<SagaLogMessage>) =>
  eventsOf(orderMessage(orderId, message)).map(({ type }) => type)

/** Of an order whose return stands there. */
const sagasWhileReturn = (status: string) => [
  createSaga(orderId),
  { ...returnSaga(orderId), status },
]

describe('events', () => {
  it.each([
    ['pending', false, []],
    ['confirmed', false, ['order.confirmed']],
    ['confirmed', true, ['order.confirmed']],
    ['failed', false, []],
    ['failed', true, ['order.failed']],
    ['cancelled', false, []],
    ['cancelled', true, ['order.cancelled']],
  ])('W2: of an order that is %s, settled: %s, are %j', (orderStatus, settled, types) => {
    expect(typesOf({ orderStatus, settled })).toEqual(types)
  })

  it('a return tells of itself once it is through, beside the order that was confirmed', () => {
    const returning = {
      orderStatus: 'confirmed',
      settled: false,
      sagas: sagasWhileReturn('running'),
    }
    expect(typesOf(returning)).toEqual(['order.confirmed'])
    const returned = {
      orderStatus: 'returned',
      settled: true,
      sagas: sagasWhileReturn('completed'),
    }
    expect(typesOf(returned)).toEqual(['order.confirmed', 'order.returned'])
  })

  it('sagas of other kinds tell of nothing', () => {
    const saga = { ...createSaga(orderId), definition: { name: 'trip', version: 1 } }
    expect(typesOf({ orderStatus: 'confirmed', sagas: [saga] })).toEqual([])
  })

  it('W1: each message tells of the same event, with its own time', () => {
    const [first] = eventsOf(orderMessage(orderId, { orderStatus: 'confirmed', updatedAtMs: 1 }))
    const [later] = eventsOf(orderMessage(orderId, { orderStatus: 'returned', updatedAtMs: 2 }))
    expect(first?.id).toBe(`confirmed_${orderId}`)
    expect(later?.id).toBe(first?.id)
  })

  it('say what, when, of which order and how much', () => {
    const failureCode = 'card-declined'
    const [event] = eventsOf(
      orderMessage(orderId, {
        orderStatus: 'failed',
        settled: true,
        updatedAtMs: 5_000,
        sagas: [{ ...createSaga(orderId), startedAtMs: 2_000, failureCode }],
      }),
    )
    expect(event).toMatchObject({ sagaStartedAtMs: 2_000, orderId })
    expect(JSON.parse(event?.payload ?? '')).toEqual({
      type: 'order.failed',
      timestamp: '1970-01-01T00:00:05.000Z',
      data: {
        orderId,
        status: 'failed',
        total: { amount: 1490, currency: 'USD' },
        units: 2,
        customer: 'cus_1',
        startedAt: '1970-01-01T00:00:02.000Z',
        failureCode,
      },
    })
  })

  it('are what the OpenAPI document says, and nothing else', () => {
    const message = orderMessage(orderId, {
      orderStatus: 'returned',
      sagas: sagasWhileReturn('completed'),
    })
    const failed = orderMessage(orderId, { orderStatus: 'failed' })
    for (const { payload } of [...eventsOf(message), ...eventsOf(failed)]) {
      expect(() => webhookEventSchema.strict().parse(JSON.parse(payload))).not.toThrow()
    }
    expect(openApiDocument(app).webhooks).toMatchObject({ orderEvent: { post: {} } })
  })

  it('have ids that are good in a signature: without a full stop', () => {
    const message = orderMessage(orderId, {
      orderStatus: 'returned',
      sagas: sagasWhileReturn('completed'),
    })
    for (const { id } of eventsOf(message)) expect(id).not.toContain('.')
  })
})

describe('an address', () => {
  it.each([
    'https://erp.example.com/hooks?shop=1',
    'https://erp.example.com:8443/',
    'https://bücher.example/hooks',
    'https://127.0.0.1.example.com/',
    'https://localhost.example.com/',
  ])('%s is good everywhere', (url) => {
    expect(addressFault(url, true)).toBeNull()
    expect(addressFault(url, false)).toBeNull()
  })

  it.each([
    ['erp.example.com', 'Must be a URL'],
    ['', 'Must be a URL'],
    ['https://', 'Must be a URL'],
    ['https://256.256.256.256/', 'Must be a URL'],
    ['ftp://erp.example.com', 'Must begin with https://'],
    ['http://erp.example.com', 'Must begin with https://'],
    ['file:///etc/hosts', 'Must begin with https://'],
    ['https://ann:secret@erp.example.com', 'a name or a password'],
    ['https://ann@erp.example.com', 'a name or a password'],
    ['https://erp.example.com/#part', 'fragment'],
    ['https://erp.example.com/#', 'fragment'],
    ['https://127.0.0.1/', 'not an IP address'],
    ['https://2130706433/', 'not an IP address'],
    ['https://0x7f000001/', 'not an IP address'],
    ['https://0177.0.0.1/', 'not an IP address'],
    ['https://127.1/', 'not an IP address'],
    ['https://169.254.169.254/latest/meta-data', 'not an IP address'],
    ['https://１２７.0.0.1/', 'not an IP address'],
    ['https://127.0.0.1./', 'not an IP address'],
    ['https://[::1]/', 'not an IP address'],
    ['https://[::ffff:10.0.0.1]/', 'not an IP address'],
    ['https://localhost/', 'public host'],
    ['https://LOCALHOST./', 'public host'],
    ['https://a.localhost/', 'public host'],
    ['https://erp/', 'public host'],
    ['https://printer.local/', 'public host'],
    ['https://metadata.google.internal/', 'public host'],
    ['https://nas.home.arpa/', 'public host'],
    ['https://localhost../', 'public host'],
    ['https://127.0.0.1../', 'public host'],
    ['https://erp..example.com/', 'public host'],
    [`https://erp.example.com/${'x'.repeat(2_048)}`, 'characters'],
  ])('%s is refused everywhere: %s', (url, reason) => {
    expect(addressFault(url, true)).toContain(reason)
    expect(addressFault(url, false)).toContain(reason)
  })

  it('http://localhost is good in development, and only there', () => {
    expect(addressFault('http://localhost:9000/hooks', false)).toBeNull()
    expect(addressFault('http://localhost:9000/hooks', true)).toBe('Must begin with https://')
    expect(addressFault('http://localhost.example.com/', false)).toBe('Must begin with https://')
  })
})

describe('retries', () => {
  it('come later each time, and end', () => {
    const minutes = Array.from({ length: ATTEMPTS_MAX }, (_, index) =>
      retryAtMs(index + 1, 0, 0, 0),
    ).map((atMs) => atMs && atMs / 60_000)
    expect(minutes).toEqual([1, 5, 30, 120, 300, 600, 600, null])
  })

  it('are spread over a tenth of the delay', () => {
    expect(retryAtMs(1, 1_000, 0.5, 0)).toBe(1_000 + 63_000)
    expect(retryAtMs(1, 1_000, 0.999, 0)).toBeLessThanOrEqual(1_000 + 66_000)
  })

  it('come no sooner than the endpoint asks for, within a day, nor than they would have', () => {
    const minutes = [0, 1, 10, 2 * 24 * 60].map(
      (asked) => (retryAtMs(2, 0, 0, asked * 60_000) ?? 0) / 60_000,
    )
    expect(minutes).toEqual([5, 5, 10, 24 * 60])
    expect(retryAtMs(ATTEMPTS_MAX, 0, 0, 60_000), 'it is dead all the same').toBeNull()
  })

  it.each([
    ['120', 120_000],
    [' 0 ', 0],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 90_000],
    ['Wed, 21 Oct 2026 07:20:00 GMT', 0],
    ['-5', 0],
    ['1.5', 0],
    ['soon', 0],
    ['', 0],
    [null, 0],
  ])('Retry-After: %s asks for %i ms', (header, askedMs) => {
    expect(askedMsOf(header, Date.parse('2026-10-21T07:26:30Z'))).toBe(askedMs)
  })

  it.each([
    [200, null, 1, 'delivered'],
    [204, null, 8, 'delivered'],
    [302, 'answered 302', 1, 'retry'],
    [410, 'answered 410', 1, 'gone'],
    [500, 'answered 500', 7, 'retry'],
    [500, 'answered 500', 8, 'dead'],
    [null, 'no answer in 10 s', 8, 'dead'],
  ])('%s (%s) to attempt %i is %s', (status, error, attempt, kind) => {
    expect(outcomeOf({ status, error, askedMs: 0 }, attempt, 0, 0)).toMatchObject({
      kind,
      status,
      error,
    })
  })
})

describe('a signature', () => {
  const signed = { id: 'confirmed_ord', payload: '{"total":"12 €"}' }

  it('is good by the library of Standard Webhooks, for this body and id only', () => {
    const secret = newSecret()
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    const headers = signedHeaders(signed, { secret, previousSecrets: [] }, Date.now())
    const webhook = new Webhook(secret)
    expect(webhook.verify(signed.payload, headers)).toEqual({ total: '12 €' })
    expect(() => webhook.verify('{"total":"13 €"}', headers)).toThrow('No matching signature')
    const other = { ...headers, 'webhook-id': 'failed_ord' }
    expect(() => webhook.verify(signed.payload, other)).toThrow('No matching signature')
    const stranger = new Webhook(newSecret())
    expect(() => stranger.verify(signed.payload, headers)).toThrow('No matching signature')
  })

  it('is what the specification says, computed by Web Crypto', async () => {
    const secret = newSecret()
    const nowMs = 1_700_000_000_999
    const headers = signedHeaders(signed, { secret, previousSecrets: [] }, nowMs)
    expect(headers['webhook-timestamp']).toBe('1700000000')
    const key = await crypto.subtle.importKey(
      'raw',
      Buffer.from(secret.replace('whsec_', ''), 'base64'),
      { name: 'HMAC', hash: 'SHA-256' },
      false,
      ['sign'],
    )
    const text = new TextEncoder().encode(`${signed.id}.1700000000.${signed.payload}`)
    const expected = Buffer.from(await crypto.subtle.sign('HMAC', key, text)).toString('base64')
    expect(headers['webhook-signature']).toBe(`v1,${expected}`)
  })

  it('is made by both secrets for a day after the rotation, then by the new one', () => {
    const [old, young] = [newSecret(), newSecret()]
    const nowMs = Date.now()
    const secrets = rotated({ secret: old, previousSecrets: [] }, young, nowMs)
    const during = signedHeaders(signed, secrets, nowMs + 1_000)
    for (const secret of [old, young]) {
      expect(new Webhook(secret).verify(signed.payload, during)).toEqual({ total: '12 €' })
    }
    const after = signedHeaders(signed, secrets, nowMs + DAY_MS)
    expect(after['webhook-signature']?.split(' ')).toHaveLength(1)
    expect(during['webhook-signature']?.split(' ')).toHaveLength(2)
  })

  it('is made by what the receiver has, also if the secret was replaced twice', () => {
    const [first, unseen, third] = [newSecret(), newSecret(), newSecret()]
    const nowMs = Date.now()
    const once = rotated({ secret: first, previousSecrets: [] }, unseen, nowMs)
    const twice = rotated(once, third, nowMs + 1_000)
    const headers = signedHeaders(signed, twice, nowMs + 2_000)
    for (const secret of [first, third]) {
      expect(new Webhook(secret).verify(signed.payload, headers)).toEqual({ total: '12 €' })
    }
  })
})
