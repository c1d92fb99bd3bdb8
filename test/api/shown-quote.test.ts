/** A quote that was shown, and what it does for the order that brings it. */
import { sign } from 'hono/jwt'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { PlacedOrder } from '../../durable-objects/order-rpc.ts'
import { type Quote, quoteSchema } from '../../worker/api/contract.ts'
import { orderIdFor } from '../../worker/api/order-id.ts'
import type { ApiBindings } from '../../worker/api/ports.ts'
import { SHOWN_QUOTE_S_MAX } from '../../worker/api/shown-quote.ts'
import { BreakersInMemory } from '../support/breakers.ts'
import { stockCatalog } from './support/catalog.ts'
import { useDatabases } from './support/databases.ts'
import { DAYS, bindings, customerOfNumber, down, lostDatabase, usd } from './support/doubles.ts'
import { asCustomer, problemOf } from './support/requests.ts'

const databases = useDatabases()
beforeAll(() => stockCatalog(databases().catalog))
vi.spyOn(console, 'error').mockImplementation(() => {})
afterEach(async () => {
  vi.useRealTimers()
  await setPrice(1_000)
})

const SECRET = 'a secret of the tests'
const buyer = customerOfNumber(1)
const BASKET = {
  currency: 'USD',
  lines: [{ sku: 'MUG', quantity: 2 }],
  coupon: 'TEN',
  points: 200,
  delivery: { day: '2026-12-03' },
}
const ORDER = {
  ...BASKET,
  shipTo: { name: 'Ann', line1: '1 Road', city: 'Town', postalCode: '12345', country: 'US' },
  payment: { token: 'tok_visa' },
}
const SHOWN = {
  subtotal: usd(2_000),
  discount: usd(100),
  pointsDiscount: usd(200),
  total: usd(2_190),
}

const setPrice = (amount: number) =>
  databases()
    .catalog.prepare(`update price set amount = ?1 where sku = 'MUG' and currency = 'USD'`)
    .bind(amount)
    .run()

async function quoted(env: ApiBindings, change = {}, customer = buyer): Promise<Quote> {
  const ask = await asCustomer(env, customer)
  const response = await ask('POST /api/quotes', { json: { ...BASKET, country: 'US', ...change } })
  return quoteSchema.parse(await response.json())
}

async function tokenOf(env: ApiBindings, change = {}, customer = buyer): Promise<string> {
  const { token } = await quoted(env, change, customer)
  if (token === undefined) throw new Error('the quote has no token')
  return token
}

async function place(env: ApiBindings, token: string | undefined, json = {}, key = 'key') {
  const customer = await asCustomer(env, buyer)
  const headers = {
    'Idempotency-Key': key,
    ...(token === undefined ? {} : { 'Quote-Token': token }),
  }
  return customer('POST /api/orders', { headers, json: { ...ORDER, ...json } })
}

/** What the object was handed. */
async function agreed(env: ApiBindings, token: string | undefined, json = {}) {
  const object = env.ORDERS.getByName(await orderIdFor(buyer, 'key'))
  const placed = vi.spyOn(object, 'place')
  await place(env, token, json)
  const decision = placed.mock.calls[0]?.[0].decision
  if (!decision || !('quote' in decision)) throw new Error(JSON.stringify(decision))
  return decision.quote
}

function readToken(token: string) {
  const [header = '', encoded = '', signature = ''] = token.split('.')
  const payload = atob(encoded.replaceAll('-', '+').replaceAll('_', '/'))
  const claims: Record<string, unknown> = JSON.parse(payload)
  return { header, payload, signature, claims }
}

/** Of what a quote reads, only the stock answers. */
const unread = (env: ApiBindings): ApiBindings => ({
  ...env,
  CATALOG_DB: lostDatabase,
  COUPONS: { ...env.COUPONS, check: down },
  POINTS: { ...env.POINTS, balance: down },
  LOGISTICS: { ...env.LOGISTICS, days: down },
})

const almostSoldOut = (env: ApiBindings): ApiBindings => ({
  ...env,
  INVENTORY: { ...env.INVENTORY, availability: async () => [{ sku: 'MUG', available: 1 }] },
})

describe('an order with the quote that was shown', () => {
  it('is what the same order is without one', async () => {
    const env = bindings(databases())
    const token = await tokenOf(env)
    const plain: PlacedOrder = await agreed(bindings(databases()), undefined)
    expect(await agreed(env, token)).toEqual(plain)
    expect(plain).toMatchObject(SHOWN)
  })

  it('asks for the stock, and nothing else', async () => {
    const env = bindings(databases())
    const token = await tokenOf(env)
    expect((await place(unread(env), token)).status).toBe(202)
    expect((await place(unread(env), undefined, {}, 'other')).status).toBe(503)
  })

  it('costs what was shown, though the price has changed since', async () => {
    const env = bindings(databases())
    const token = await tokenOf(env)
    await setPrice(3_000)
    expect(await agreed(env, token, { expectedTotal: SHOWN.total })).toMatchObject(SHOWN)
  })

  it('gets the first free day where none was asked for, the one that the quote found', async () => {
    const env = bindings(databases())
    const token = await tokenOf(env, { delivery: undefined })
    const { day = '' } = DAYS[1] ?? {}
    const order = await agreed(unread(env), token, { delivery: undefined })
    expect(order.delivery).toEqual({ day, region: 'US' })
  })

  it('is refused at once for what is out of stock by now', async () => {
    const env = bindings(databases())
    const token = await tokenOf(env)
    const response = await place(almostSoldOut(env), token)
    expect(await problemOf(response)).toMatchObject({
      code: 'out-of-stock',
      detail: 'Only 1 left: Mug',
      errors: [{ field: 'lines.0.quantity' }],
    })
  })

  it.each(['inventory', 'points', 'payments'])(
    'is refused at once while %s, which it needs, is held back',
    async (service) => {
      const BREAKERS = new BreakersInMemory()
      const token = await tokenOf(bindings(databases()))
      BREAKERS.of(service).change({ force: 'open', by: 'Ann', reason: 'it is moving' })
      const response = await place(bindings(databases(), { BREAKERS }), token)
      expect(await problemOf(response)).toMatchObject({
        code: 'domain-unavailable',
        service,
      })
    },
  )
})

describe('a repeat', () => {
  it('gets the same order, whatever token it brings, and whether it brings one', async () => {
    const env = bindings(databases())
    const first = await (await place(env, await tokenOf(env))).json()
    await setPrice(3_000)
    for (const token of [undefined, await tokenOf(env), 'no token at all']) {
      const again = await place(env, token)
      expect(again.status).toBe(202)
      expect(await again.json()).toEqual(first)
    }
  })
})

/** Once everything costs three times as much. */
const anew = async (env: ApiBindings, token: string, json = {}) => {
  await setPrice(3_000)
  return agreed(env, token, json)
}

describe('a token that is not good is as none: the order is quoted anew', () => {
  const NEW = { subtotal: usd(6_000), total: usd(5_700) }
  it('after its time', async () => {
    vi.setSystemTime(0)
    const env = bindings(databases())
    const token = await tokenOf(env)
    vi.setSystemTime(SHOWN_QUOTE_S_MAX * 1_000 - 1)
    await setPrice(3_000)
    expect(await agreed(env, token)).toMatchObject(SHOWN)
    vi.setSystemTime(SHOWN_QUOTE_S_MAX * 1_000)
    expect(await agreed(bindings(databases()), token)).toMatchObject(NEW)
  })

  it('of somebody else', async () => {
    const env = bindings(databases())
    const token = await tokenOf(env, {}, customerOfNumber(2))
    expect(await anew(env, token)).toMatchObject(NEW)
  })

  it.each([
    ['lines', { lines: [{ sku: 'MUG', quantity: 1 }] }, { subtotal: usd(3_000) }],
    ['coupon', { coupon: undefined }, { discount: usd(0), subtotal: usd(6_000) }],
    ['points', { points: 100 }, { pointsDiscount: usd(100), subtotal: usd(6_000) }],
    ['day', { delivery: { day: '2026-12-02' } }, { delivery: { day: '2026-12-02', region: 'US' } }],
    ['currency', { currency: undefined }, NEW],
    ['total', { expectedTotal: usd(5_700) }, NEW],
  ])('for other %s', async (_what, json, order) => {
    const env = bindings(databases())
    expect(await anew(env, await tokenOf(env), json)).toMatchObject(order)
  })

  it('for another country', async () => {
    const env = bindings(databases())
    const token = await tokenOf(env)
    const shipTo = { ...ORDER.shipTo, country: 'AQ' }
    expect(await problemOf(await place(env, token, { shipTo }))).toMatchObject({
      code: 'country-not-served',
    })
  })

  it.each([
    ['signed by somebody else', {}, 'another secret'],
    ['without an end', { exp: undefined }, SECRET],
    ['of another kind', { aud: 'edge-saga-session' }, SECRET],
    ['of no kind', { aud: undefined }, SECRET],
    ['that says nothing', { answered: {} }, SECRET],
    ['that is too long', { padding: 'x'.repeat(16_384) }, SECRET],
  ])('%s', async (_what, change, secret) => {
    const { claims } = readToken(await tokenOf(bindings(databases())))
    const same = await sign(claims, SECRET, 'HS256')
    await setPrice(3_000)
    expect(await agreed(bindings(databases()), same), 'good as it is').toMatchObject(SHOWN)
    const changed: Record<string, unknown> = { ...claims, ...change }
    const other = await sign(changed, secret, 'HS256')
    expect(await agreed(bindings(databases()), other)).toMatchObject(NEW)
  })

  it.each(['', 'x', 'x.y.z', 'e30.e30.e30'])('that is none: %j', async (token) => {
    expect(await anew(bindings(databases()), token)).toMatchObject(NEW)
  })

  it('with a price that its shopper wrote into it', async () => {
    const env = bindings(databases())
    const { header, payload, signature } = readToken(await tokenOf(env))
    const cheaper = payload.replaceAll('2190', '1')
    expect(cheaper).toContain('"amount":1,')
    const token = [header, btoa(cheaper).replaceAll(/=+$/g, ''), signature].join('.')
    expect(await anew(env, token)).toMatchObject(NEW)
  })

  it('is no session, and a session’s token is none', async () => {
    const env = bindings(databases())
    const token = await tokenOf(env)
    const ask = await asCustomer(env, buyer)
    const response = await ask('GET /api/me', { headers: { Authorization: `Bearer ${token}` } })
    expect(response.status).toBe(401)
  })
})

describe('a quote has no token', () => {
  it.each([
    ['while the country is not known', { country: undefined, delivery: undefined }],
    ['that names a problem', { lines: [{ sku: 'MUG', quantity: 11 }] }],
  ])('%s', async (_when, change) => {
    expect(await quoted(bindings(databases()), change)).not.toHaveProperty('token')
  })

  it('and one that has says nothing in it of who it is beyond their session’s id', async () => {
    const { claims } = readToken(await tokenOf(bindings(databases())))
    expect(Object.keys(claims).toSorted()).toEqual(['answered', 'asked', 'aud', 'exp', 'sub'])
  })
})
