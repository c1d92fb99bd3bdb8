/** `POST /api/orders`. */
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { orderIdFor } from '../../worker/api/order-id.ts'
import { NO_OUTCOMES } from '../../durable-objects/core/breaker.ts'
import { NO_TIMES, NO_TRAFFIC, withTime } from '../../durable-objects/core/load.ts'
import type { ApiBindings } from '../../worker/api/ports.ts'
import { BreakersInMemory } from '../support/breakers.ts'
import { stockCatalog } from './support/catalog.ts'
import { useDatabases } from './support/databases.ts'
import { bindings, customerOfNumber, down, orderIdOfNumber, usd } from './support/doubles.ts'
import { asCustomer, problemOf } from './support/requests.ts'

const databases = useDatabases()
beforeAll(() => stockCatalog(databases().catalog))
const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
vi.spyOn(console, 'warn').mockImplementation(() => {})
beforeEach(() => {
  logged.mockClear()
})

const ORDER = {
  lines: [{ sku: 'MUG', quantity: 1 }],
  shipTo: { name: 'Ann', line1: '1 Road', city: 'Town', postalCode: '12345', country: 'US' },
  payment: { token: 'tok_visa' },
}
const customerId = customerOfNumber(1)

async function place(env: ApiBindings, key: string | undefined, json: unknown, headers = {}) {
  const customer = await asCustomer(env, customerId)
  const withKey = key === undefined ? {} : { 'Idempotency-Key': key }
  return customer('POST /api/orders', { headers: { ...withKey, ...headers }, json })
}

/** Everything that a quote asks is down, and the price is another one. */
const brokenLater = (env: ApiBindings): ApiBindings => ({
  ...env,
  INVENTORY: { ...env.INVENTORY, availability: down },
  LOGISTICS: { ...env.LOGISTICS, days: down },
})

describe('Prefer: wait', () => {
  it('answers with the outcome, and says that it has waited', async () => {
    const env = bindings(databases())
    const response = await place(env, 'waiting', ORDER, { Prefer: 'respond-async, wait=10' })
    expect(response.status).toBe(202)
    expect(response.headers.get('Preference-Applied')).toBe('wait=10')
    expect(response.headers.get('ETag')).toBe('"7"')
    expect(await response.json()).toMatchObject({ status: 'confirmed', version: 7 })
  })

  it('waits for 30 s at most', async () => {
    const env = bindings(databases())
    const response = await place(env, 'patient', ORDER, { Prefer: 'wait=86400' })
    expect(response.headers.get('Preference-Applied')).toBe('wait=30')
  })

  it.each(['', 'return=minimal', 'wait=', 'wait=-1', 'wait=x', 'await=3'])(
    'is not met by %j',
    async (prefer) => {
      const response = await place(bindings(databases()), 'hasty', ORDER, { Prefer: prefer })
      expect(response.headers.get('Preference-Applied')).toBeNull()
      expect(await response.json()).toMatchObject({ status: 'pending' })
    },
  )

  it('that fails leaves the order accepted', async () => {
    const env = bindings(databases())
    const deaf: ApiBindings['ORDERS'] = {
      getByName: (id) => Object.assign(env.ORDERS.getByName(id), { readOutcome: down }),
    }
    const prefer = { Prefer: 'wait=1' }
    const response = await place({ ...env, ORDERS: deaf }, 'unheard', ORDER, prefer)
    expect(response.status).toBe(202)
    expect(await response.json()).toMatchObject({ status: 'pending' })
  })
})

function held(domain: string): ApiBindings {
  const BREAKERS = new BreakersInMemory()
  BREAKERS.of(domain).change({ force: 'open', by: 'Ann', reason: 'it is moving' })
  return bindings(databases(), { BREAKERS })
}

const busy = (breakers: BreakersInMemory) => bindings(databases(), { BREAKERS: breakers })
/** As many replies as a breaker wants to see, each of which took so long. */
const slow = async (breakers: BreakersInMemory, domain: string, tookMs: number) => {
  const times = Array.from({ length: 20 }, () => tookMs).reduce(withTime, NO_TIMES)
  await breakers.of(domain).exchange(NO_OUTCOMES, { ...NO_TRAFFIC, times })
}
const refusalOf = async (env: ApiBindings, key: string) => {
  const response = await place(env, key, ORDER)
  return { response, problem: await problemOf(response) }
}

describe('while too much is under way', () => {
  it('an order is refused whose domain has too many commands waiting; a quote is not', async () => {
    const breakers = new BreakersInMemory({ backlogMax: 100 })
    breakers.backlog.set('payments', 101)
    const env = busy(breakers)
    const { response, problem } = await refusalOf(env, 'crowd')
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('1')
    expect(problem).toMatchObject({ code: 'overloaded', service: 'payments' })
    expect(logged, 'it is nobody’s failure').not.toHaveBeenCalled()
    const asked = await asCustomer(env, customerId)
    const quote = await asked('POST /api/quotes', { json: { lines: ORDER.lines, country: 'US' } })
    expect(quote.status).toBe(200)
    const thinned = new BreakersInMemory({ backlogMax: 100 })
    thinned.backlog.set('payments', 100)
    expect((await place(busy(thinned), 'crowd', ORDER)).status).toBe(202)
  })

  it('an order is refused that would be past its deadline', async () => {
    const breakers = new BreakersInMemory()
    // Of three seconds, one is for compensation.
    await slow(breakers, 'inventory', 900)
    await slow(breakers, 'logistics', 700)
    await slow(breakers, 'payments', 1_300)
    const { response, problem } = await refusalOf(busy(breakers), 'late')
    expect(problem).toMatchObject({ status: 503, code: 'overloaded' })
    expect(response.headers.get('Retry-After')).toBe('5')
    expect(
      (await place({ ...busy(breakers), SAGA_DEADLINE_MS: '9000' }, 'late', ORDER)).status,
    ).toBe(202)
  })

  it('of orders that would need most of their time some are refused, by chance', async () => {
    const breakers = new BreakersInMemory()
    // About 1.5 s of two.
    await slow(breakers, 'payments', 1_400)
    const chance = vi.spyOn(Math, 'random').mockReturnValue(0.01)
    expect((await refusalOf(busy(breakers), 'unlucky')).problem).toMatchObject({
      code: 'overloaded',
    })
    chance.mockReturnValue(0.99)
    expect((await place(busy(breakers), 'lucky', ORDER)).status).toBe(202)
    chance.mockReturnValue(0.01)
    const longer = { ...busy(breakers), SAGA_DEADLINE_MS: '6000' }
    expect((await place(longer, 'unhurried', ORDER)).status, 'half of it is left').toBe(202)
    chance.mockRestore()
  })

  it('what an order does not need does not make it late', async () => {
    const breakers = new BreakersInMemory()
    await slow(breakers, 'points', 30_000)
    expect((await place(busy(breakers), 'no-points', ORDER)).status).toBe(202)
  })

  it('N1: an order that exists wins, as ever', async () => {
    const breakers = new BreakersInMemory()
    const env = busy(breakers)
    const first = await place(env, 'before-the-crowd', ORDER)
    breakers.backlog.set('payments', 1_000_000)
    env.BREAKERS = { getByName: (domain) => breakers.getByName(domain) }
    const repeat = await place(env, 'before-the-crowd', ORDER)
    expect(repeat.status).toBe(202)
    expect(await repeat.json()).toEqual(await first.json())
  })
})

describe('while a service is held back by its breaker', () => {
  it.each(['inventory', 'logistics', 'payments'])(
    'an order that needs %s is answered at once: what does not work, and when to try again',
    async (domain) => {
      const env = held(domain)
      const response = await place(env, `held-${domain}`, ORDER)
      expect(response.status).toBe(503)
      expect(response.headers.get('Retry-After')).toBe('5')
      const problem = await problemOf(response)
      expect(problem).toMatchObject({ code: 'domain-unavailable', service: domain })
      expect(problem.detail).toContain('Try again in 5 s')
      expect(problem).not.toHaveProperty('errors')
    },
  )

  it('N1: an order that exists wins, as ever', async () => {
    const env = bindings(databases())
    const first = await place(env, 'before', ORDER)
    env.BREAKERS = held('payments').BREAKERS
    const repeat = await place(env, 'before', ORDER)
    expect(repeat.status).toBe(202)
    expect(await repeat.json()).toEqual(await first.json())
  })

  it('what an order does not need does not stand in its way', async () => {
    expect((await place(held('points'), 'no-points', ORDER)).status).toBe(202)
    expect((await place(held('coupons'), 'no-coupon', ORDER)).status).toBe(202)
    const free = { ...ORDER, lines: [{ sku: 'POT', quantity: 1 }], points: 6_000 }
    const env = held('payments')
    env.POINTS.balance = async () => ({ available: 6_000, frozen: 0 })
    expect((await place(env, 'free', free)).status, 'no card is charged').toBe(202)
  })

  it.each([
    ['points', { points: 100 }, 'points'],
    ['coupons', { coupon: 'TEN' }, 'coupon'],
  ])(
    'without %s it can be placed at full price: the shopper is asked, and repeats without',
    async (domain, more, field) => {
      const env = held(domain)
      const response = await place(env, `full-price-${domain}`, { ...ORDER, ...more })
      const problem = await problemOf(response)
      expect(problem).toMatchObject({ code: 'domain-unavailable', service: domain })
      expect(problem.errors?.map((error) => error.field)).toEqual([field])
      expect((await place(env, `full-price-${domain}`, ORDER)).status).toBe(202)
    },
  )

  it('a quote is answered at once, too; what it does not ask does not matter to it', async () => {
    const basket = { lines: ORDER.lines, country: 'US' }
    const asked = await asCustomer(held('logistics'), customerId)
    const response = await asked('POST /api/quotes', { json: basket })
    expect(response.status).toBe(503)
    expect(await problemOf(response)).toMatchObject({ service: 'logistics' })
    const other = await asCustomer(held('payments'), customerId)
    expect((await other('POST /api/quotes', { json: basket })).status).toBe(200)
  })

  it('a breaker that does not answer holds nobody back', async () => {
    const BREAKERS = new BreakersInMemory()
    BREAKERS.isDown = true
    const env = bindings(databases(), { BREAKERS })
    expect((await place(env, 'no-breaker', ORDER)).status).toBe(202)
  })
})

describe('an order', () => {
  it('is answered with 202, its place, its version and its saga', async () => {
    const response = await place(bindings(databases()), 'key-1', ORDER)
    const orderId = await orderIdFor(customerId, 'key-1')
    expect(response.status).toBe(202)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      location: `/api/orders/${orderId}`,
      etag: '"5"',
      'x-saga-id': orderId,
    })
    expect(await response.json()).toMatchObject({
      id: orderId,
      total: usd(1_490),
      delivery: { day: '2026-12-02', region: 'US' },
      shipTo: ORDER.shipTo,
    })
  })

  it('hands the object what was agreed, without the address in it', async () => {
    const env = bindings(databases())
    const object = env.ORDERS.getByName(await orderIdFor(customerId, 'key-2'))
    const placed = vi.spyOn(object, 'place')
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    await place(env, 'key-2', { ...ORDER, points: 0, coupon: 'ten' }, { traceparent })
    expect(placed).toHaveBeenCalledExactlyOnceWith({
      orderId: expect.stringMatching(/^ord_/),
      customer: customerId,
      bodyHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      shipTo: ORDER.shipTo,
      traceparent,
      decision: {
        quote: {
          customer: customerId,
          lines: [
            { sku: 'MUG', quantity: 1, title: 'Mug', unitPrice: usd(1_000), total: usd(1_000) },
          ],
          subtotal: usd(1_000),
          discount: usd(100),
          pointsDiscount: usd(0),
          shipping: usd(490),
          total: usd(1_390),
          coupon: 'TEN',
          delivery: { day: '2026-12-02', region: 'US' },
          payment: { token: 'tok_visa' },
        },
      },
    })
  })

  it('accepts the total that was shown', async () => {
    const json = { ...ORDER, expectedTotal: usd(1_490) }
    expect((await place(bindings(databases()), 'key-3', json)).status).toBe(202)
  })
})

describe('a repeat', () => {
  it('gets the same order, however its JSON is written', async () => {
    const env = bindings(databases())
    const first = await (await place(env, 'key', ORDER)).json()
    const { payment, lines, shipTo } = ORDER
    const again = await place(env, 'key', { shipTo, payment, lines })
    expect(again.status).toBe(202)
    expect(await again.json()).toEqual(first)
  })

  it('N1: gets its order while services are down', async () => {
    const env = bindings(databases())
    await place(env, 'key', ORDER)
    expect((await place(brokenLater(env), 'key', ORDER)).status).toBe(202)
    expect(logged).not.toHaveBeenCalled()
  })

  it('N1: gets its order after the price has changed', async () => {
    const env = bindings(databases())
    const json = { ...ORDER, lines: [{ sku: 'POT', quantity: 1 }], expectedTotal: usd(6_000) }
    expect((await place(env, 'key', json)).status).toBe(202)
    await databases().catalog.prepare(`update price set amount = 7000 where sku = 'POT'`).run()
    expect((await place(env, 'key', json)).status).toBe(202)
    const other = await place(env, 'another-key', json)
    expect(await problemOf(other)).toMatchObject({ code: 'price-changed' })
  })

  it('with another body is refused', async () => {
    const env = bindings(databases())
    await place(env, 'key', ORDER)
    const response = await place(env, 'key', { ...ORDER, points: 1 })
    expect(response.status).toBe(422)
    expect(await problemOf(response)).toMatchObject({ code: 'idempotency-key-reused' })
  })

  it('of somebody else with the same key is an order of their own', async () => {
    const env = bindings(databases())
    await place(env, 'key', ORDER)
    const other = await asCustomer(env, customerOfNumber(2))
    const headers = { 'Idempotency-Key': 'key' }
    const response = await other('POST /api/orders', { headers, json: ORDER })
    expect(response.headers.get('Location')).not.toContain(await orderIdFor(customerId, 'key'))
  })
})

describe('a refusal', () => {
  it.each([
    ['unknown-sku', 422, { lines: [{ sku: 'NOPE', quantity: 1 }] }, 'lines.0.sku'],
    ['out-of-stock', 409, { lines: [{ sku: 'MUG', quantity: 11 }] }, 'lines.0.quantity'],
    ['points-exceed-total', 422, { points: 1_001 }, 'points'],
    ['not-enough-points', 409, { points: 501 }, 'points'],
    ['country-not-served', 422, { shipTo: { ...ORDER.shipTo, country: 'AQ' } }, 'shipTo.country'],
    ['delivery-day-unavailable', 409, { delivery: { day: '2026-12-01' } }, 'delivery.day'],
  ])('%s is %i, and names the field', async (code, status, changed, field) => {
    const response = await place(bindings(databases()), 'key', { ...ORDER, ...changed })
    expect(response.status).toBe(status)
    expect(await problemOf(response)).toMatchObject({ code, status, errors: [{ field }] })
  })

  it('of a service that is down is 503, to be repeated, and is logged with its cause', async () => {
    const response = await place(brokenLater(bindings(databases())), 'key', ORDER)
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('2')
    expect(await problemOf(response)).toMatchObject({ code: 'service-unavailable' })
    expect(logged.mock.calls).toEqual([[expect.stringContaining('network connection was lost')]])
  })

  it('for another total says which it is', async () => {
    const json = { ...ORDER, expectedTotal: usd(1) }
    const response = await place(bindings(databases()), 'key', json)
    expect(response.status).toBe(409)
    expect(await problemOf(response)).toMatchObject({
      code: 'price-changed',
      detail: expect.stringContaining('1490'),
    })
  })

  it('stores nothing: the same key places the order once it can', async () => {
    const env = bindings(databases())
    expect((await place(brokenLater(env), 'key', ORDER)).status).toBe(503)
    expect((await place(env, 'key', ORDER)).status).toBe(202)
  })

  it.each([
    ['idempotency-key-required', undefined],
    ['idempotency-key-invalid', 'a key'],
  ])('%s is 400', async (code, key) => {
    const response = await place(bindings(databases()), key, ORDER)
    expect(response.status).toBe(400)
    expect(await problemOf(response)).toMatchObject({ code })
  })

  it('an X-Saga-ID of another order is a mistake, the right one is not', async () => {
    const env = bindings(databases())
    const wrong = await place(env, 'key', ORDER, { 'X-Saga-ID': orderIdOfNumber(1) })
    expect(wrong.status).toBe(400)
    expect(await problemOf(wrong)).toMatchObject({ code: 'saga-id-mismatch' })
    const right = { 'X-Saga-ID': await orderIdFor(customerId, 'key') }
    expect((await place(env, 'key', ORDER, right)).status).toBe(202)
  })
})
