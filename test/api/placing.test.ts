/** `POST /api/orders`. */
import { describe, expect, it, vi } from 'vitest'
import { orderIdFor } from '../../worker/api/order-id.ts'
import type { ApiBindings } from '../../worker/api/ports.ts'
import { bindings, customerOfNumber, down, orderIdOfNumber, usd } from './support/doubles.ts'
import { ORDER, customerId, place, usePlacing } from './support/placing.ts'
import { asCustomer, problemOf } from './support/requests.ts'

const { databases, logged } = usePlacing()

/** Everything that a quote asks is down, and the price is another one. */
const brokenLater = (env: ApiBindings): ApiBindings => ({
  ...env,
  INVENTORY: { ...env.INVENTORY, availability: down },
  LOGISTICS: { ...env.LOGISTICS, days: down },
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
      definition: { name: 'order-create', version: 1 },
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
