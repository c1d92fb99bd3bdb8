import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { CouponsReads, InventoryReads } from '../../worker/domains/reads.ts'
import { stockCatalog } from './support/catalog.ts'
import { useDatabases } from './support/databases.ts'
import { DAYS, bindings, down, jpy, usd } from './support/doubles.ts'
import { asCustomer, problemOf, request } from './support/requests.ts'

const databases = useDatabases()
beforeAll(() => stockCatalog(databases().catalog))

describe('GET /api/catalog', () => {
  it('has what is sold, in its order, at its prices, with what is left', async () => {
    const { INVENTORY } = bindings(databases())
    const availability = vi.fn<InventoryReads['availability']>()
    availability.mockResolvedValue([{ sku: 'POT', available: 3 }])
    const env = bindings(databases(), { INVENTORY: { ...INVENTORY, availability } })
    const response = await request(env, 'GET /api/catalog')
    expect(await response.json()).toMatchObject({
      products: [
        { sku: 'POT', price: usd(6_000), prices: [usd(6_000)], available: 3 },
        {
          sku: 'MUG',
          price: usd(1_000),
          translations: [
            { language: 'ar', title: 'كوب', description: 'للشاي' },
            { language: 'es', title: 'Taza', description: 'Para té' },
          ],
          available: 0,
        },
        { sku: 'SAKE', price: jpy(900), prices: [jpy(900)], available: 0 },
      ],
    })
  })

  it('reads the catalogue once a second, however many ask, and the stock each time', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const { INVENTORY } = bindings(databases())
      const availability = vi.fn<InventoryReads['availability']>()
      availability.mockResolvedValue([])
      // A database of its own, of which nothing is known yet.
      const prepare = vi.fn<D1Database['prepare']>((sql) => databases().catalog.prepare(sql))
      const catalog = new Proxy(databases().catalog, {
        get: (target, key): unknown => (key === 'prepare' ? prepare : Reflect.get(target, key)),
      })
      const env = bindings(
        { ...databases(), catalog },
        { INVENTORY: { ...INVENTORY, availability } },
      )
      const first = await (await request(env, 'GET /api/catalog')).json()
      const { length: reads } = prepare.mock.calls
      expect(await (await request(env, 'GET /api/catalog')).json()).toEqual(first)
      expect(prepare).toHaveBeenCalledTimes(reads)
      expect(availability).toHaveBeenCalledTimes(2)
      vi.advanceTimersByTime(1_000)
      await request(env, 'GET /api/catalog')
      expect(prepare).toHaveBeenCalledTimes(2 * reads)
    } finally {
      vi.useRealTimers()
    }
  })

  it('can be looked at while the stock service is down', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {})
    const { INVENTORY } = bindings(databases())
    const env = bindings(databases(), { INVENTORY: { ...INVENTORY, availability: down } })
    const response = await request(env, 'GET /api/catalog')
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      products: [{ available: null }, { available: null }, { available: null }],
    })
  })
})

describe('GET /api/delivery-days', () => {
  it('has the days of a country', async () => {
    const response = await request(bindings(databases()), 'GET /api/delivery-days?country=US')
    expect(await response.json()).toEqual({ country: 'US', days: DAYS })
  })

  it.each([
    ['', 'invalid-input'],
    ['?country=us', 'invalid-input'],
    ['?country=AQ', 'country-not-served'],
  ])('%s is %s', async (query, code) => {
    const response = await request(bindings(databases()), `GET /api/delivery-days${query}`)
    expect(response.status).toBe(422)
    expect(await problemOf(response)).toMatchObject({ code })
  })
})

describe('POST /api/quotes', () => {
  it('prices a basket, asking each service only for what the basket has', async () => {
    const env = bindings(databases())
    const customer = await asCustomer({
      ...env,
      COUPONS: { ...env.COUPONS, check: down },
      POINTS: { ...env.POINTS, balance: down },
      LOGISTICS: { ...env.LOGISTICS, days: down },
    })
    const response = await customer('POST /api/quotes', {
      json: { lines: [{ sku: 'MUG', quantity: 2 }] },
    })
    expect(await response.json()).toEqual({
      lines: [{ sku: 'MUG', quantity: 2, title: 'Mug', unitPrice: usd(1_000), total: usd(2_000) }],
      subtotal: usd(2_000),
      discount: usd(0),
      pointsDiscount: usd(0),
      shipping: usd(490),
      total: usd(2_490),
      problems: [],
    })
  })

  it('prices a basket in the currency that it names, in which not all is sold', async () => {
    const customer = await asCustomer(bindings(databases()))
    const lines = [
      { sku: 'SAKE', quantity: 2 },
      { sku: 'MUG', quantity: 1 },
    ]
    const response = await customer('POST /api/quotes', { json: { currency: 'JPY', lines } })
    expect(await response.json()).toMatchObject({
      lines: [{ sku: 'SAKE', unitPrice: jpy(900), total: jpy(1_800) }],
      shipping: jpy(700),
      total: jpy(2_500),
      problems: expect.arrayContaining([
        expect.objectContaining({ code: 'unknown-sku', field: 'lines.1.sku' }),
      ]),
    })
  })

  it('knows no other currencies', async () => {
    const customer = await asCustomer(bindings(databases()))
    const json = { currency: 'XAU', lines: [{ sku: 'MUG', quantity: 1 }] }
    const response = await customer('POST /api/quotes', { json })
    expect(await problemOf(response)).toMatchObject({
      status: 422,
      errors: [{ field: 'currency' }],
    })
  })

  it('checks the coupon, as it is spelt in the books, against the subtotal', async () => {
    const { COUPONS } = bindings(databases())
    const check = vi.fn<CouponsReads['check']>(async () => ({ ok: true, discount: usd(100) }))
    const customer = await asCustomer(bindings(databases(), { COUPONS: { ...COUPONS, check } }))
    const json = { lines: [{ sku: 'MUG', quantity: 2 }], coupon: ' ten ' }
    const response = await customer('POST /api/quotes', { json })
    expect(await response.json()).toMatchObject({ discount: usd(100), total: usd(2_390) })
    expect(check).toHaveBeenCalledExactlyOnceWith(expect.any(String), 'TEN', usd(2_000))
  })

  it('tells what stands in the way, and is no error', async () => {
    const customer = await asCustomer(bindings(databases()))
    const json = { lines: [{ sku: 'NOPE', quantity: 1 }], country: 'AQ', points: 9_999 }
    const response = await customer('POST /api/quotes', { json })
    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({
      problems: [
        { code: 'unknown-sku', field: 'lines.0.sku' },
        { code: 'points-exceed-total', field: 'points' },
        { code: 'country-not-served', field: 'country' },
      ],
    })
  })
})
