import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Basket, type Facts, priceBasket } from '../../worker/api/pricing.ts'
import { CURRENCIES, MARKETS } from '../../worker/api/markets.ts'
import { DAYS, jpy, usd } from './support/doubles.ts'

const facts: Facts = {
  products: new Map([
    ['MUG', { title: 'Mug', amount: 1_800 }],
    ['POT', { title: 'Pot', amount: 3_000 }],
  ]),
  stock: new Map([
    ['MUG', 5],
    ['POT', 1],
  ]),
  coupon: null,
  pointsAvailable: 500,
  deliveryDays: DAYS,
}
const oneMug: Basket = { lines: [{ sku: 'MUG', quantity: 1 }] }

const problemsOf = (basket: Basket, changed: Partial<Facts> = {}) =>
  priceBasket(basket, { ...facts, ...changed }).problems

describe('what it costs', () => {
  it('adds up lines and shipping', () => {
    const priced = priceBasket(oneMug, facts)
    expect(priced).toMatchObject({ subtotal: usd(1_800), shipping: usd(490), total: usd(2_290) })
    expect(priced.problems).toEqual([])
  })

  it('ships for nothing from 5000 on, counted after the coupon', () => {
    const basket: Basket = { lines: [{ sku: 'MUG', quantity: 3 }], coupon: 'TEN' }
    expect(priceBasket(basket, facts).shipping).toEqual(usd(0))
    const withCoupon = { ...facts, coupon: { ok: true, discount: usd(401) } } satisfies Facts
    expect(priceBasket(basket, withCoupon).shipping).toEqual(usd(490))
    const atTheEdge = { ...facts, coupon: { ok: true, discount: usd(400) } } satisfies Facts
    expect(priceBasket(basket, atTheEdge).shipping).toEqual(usd(0))
  })

  it('a coupon worth more than the basket takes off the basket, not the shipping', () => {
    const priced = priceBasket(oneMug, { ...facts, coupon: { ok: true, discount: usd(9_999) } })
    expect(priced).toMatchObject({ discount: usd(1_800), total: usd(490) })
  })

  it('a point pays what it is worth in the market', () => {
    const priced = priceBasket({ ...oneMug, points: 500 }, facts)
    expect(priced).toMatchObject({ pointsDiscount: usd(500), total: usd(1_790) })
    const inChina = priceBasket({ ...oneMug, currency: 'CNY', points: 200 }, facts)
    expect(inChina.pointsDiscount).toEqual({ amount: 1_400, currency: 'CNY' })
  })

  it('points may pay all of the goods, and not one point more', () => {
    const { pointWorth } = MARKETS.CNY
    const most = Math.floor(1_800 / pointWorth)
    const changed = { pointsAvailable: 9_999 }
    expect(problemsOf({ ...oneMug, currency: 'CNY', points: most }, changed)).toEqual([])
    expect(problemsOf({ ...oneMug, currency: 'CNY', points: most + 1 }, changed)).toMatchObject([
      { code: 'points-exceed-total' },
    ])
  })

  it('has shipping of its own in each market, in whole yen too', () => {
    const priced = priceBasket({ ...oneMug, currency: 'JPY' }, facts)
    expect(priced).toMatchObject({ subtotal: jpy(1_800), shipping: jpy(700), total: jpy(2_500) })
  })

  it('Q2: lines of one SKU are shown as they were given', () => {
    const lines = [
      { sku: 'MUG', quantity: 1 },
      { sku: 'MUG', quantity: 2 },
    ]
    const shown = priceBasket({ lines }, facts).lines
    expect(shown.map(({ sku, quantity }) => ({ sku, quantity }))).toEqual(lines)
  })

  it('Q1, Q3: amounts are integers that add up, and none is below zero', () => {
    const basket = fc.record({
      currency: fc.constantFrom(...CURRENCIES),
      lines: fc.array(
        fc.record({
          sku: fc.constantFrom('MUG', 'POT', 'NONE'),
          quantity: fc.integer({ min: 1, max: 99 }),
        }),
        { minLength: 1, maxLength: 20 },
      ),
      points: fc.nat(1_000_000),
    })
    const coupon = fc.option(
      fc.nat(100_000).map((amount) => ({ ok: true as const, discount: usd(amount) })),
    )
    fc.assert(
      fc.property(basket, coupon, fc.nat(1_000_000), (given, couponGiven, pointsAvailable) => {
        const priced = priceBasket(given, { ...facts, coupon: couponGiven, pointsAvailable })
        const { subtotal, discount, pointsDiscount, shipping, total } = priced
        expect(total.amount).toBe(
          subtotal.amount - discount.amount - pointsDiscount.amount + shipping.amount,
        )
        for (const { amount, currency } of [subtotal, discount, pointsDiscount, shipping, total]) {
          expect(Number.isInteger(amount) && amount >= 0).toBe(true)
          expect(currency).toBe(given.currency)
        }
      }),
    )
  })
})

describe('why it could not be ordered', () => {
  it('an unknown SKU is named at its line, and costs nothing', () => {
    const basket: Basket = { lines: [...oneMug.lines, { sku: 'NOPE', quantity: 1 }] }
    expect(problemsOf(basket)).toMatchObject([{ code: 'unknown-sku', field: 'lines.1.sku' }])
    expect(priceBasket(basket, facts).subtotal).toEqual(usd(1_800))
  })

  it('Q2: lines of one SKU count together against the stock', () => {
    const lines = [
      { sku: 'MUG', quantity: 3 },
      { sku: 'MUG', quantity: 3 },
    ]
    expect(problemsOf({ lines })).toEqual([
      { code: 'out-of-stock', field: 'lines.0.quantity', title: 'Only 5 left: Mug' },
    ])
  })

  it('what nobody counts is sold out', () => {
    expect(problemsOf(oneMug, { stock: new Map() })).toMatchObject([
      { code: 'out-of-stock', title: 'Sold out: Mug' },
    ])
  })

  it('Q4: a refused coupon takes nothing off', () => {
    const priced = priceBasket(oneMug, { ...facts, coupon: { ok: false, code: 'coupon-expired' } })
    expect(priced.discount).toEqual(usd(0))
    expect(priced.problems).toMatchObject([{ code: 'coupon-expired', field: 'coupon' }])
  })

  it('points pay for goods only', () => {
    expect(problemsOf({ ...oneMug, points: 1_801 }, { pointsAvailable: 9_999 })).toMatchObject([
      { code: 'points-exceed-total', field: 'points' },
    ])
    expect(problemsOf({ ...oneMug, points: 1_800 }, { pointsAvailable: 9_999 })).toEqual([])
  })

  it('Q4: points beyond the balance are not counted', () => {
    const priced = priceBasket({ ...oneMug, points: 501 }, facts)
    expect(priced.problems).toMatchObject([{ code: 'not-enough-points', field: 'points' }])
    expect(priced.pointsDiscount).toEqual(usd(0))
  })

  it('all problems are told at once, those of the lines first', () => {
    const basket: Basket = { lines: [{ sku: 'POT', quantity: 2 }], points: 501 }
    expect(problemsOf(basket, { deliveryDays: [] }).map(({ code }) => code)).toEqual([
      'out-of-stock',
      'not-enough-points',
      'country-not-served',
    ])
  })
})

describe('the delivery day', () => {
  it('is the first free one unless one was asked for', () => {
    expect(priceBasket(oneMug, facts).day).toBe('2026-12-02')
    const asked = priceBasket({ ...oneMug, delivery: { day: '2026-12-03' } }, facts)
    expect(asked.day).toBe('2026-12-03')
  })

  it.each(['2026-12-01', '2027-01-01'])('%s is full or not offered', (day) => {
    expect(problemsOf({ ...oneMug, delivery: { day } })).toMatchObject([
      { code: 'delivery-day-unavailable', field: 'delivery.day' },
    ])
  })

  it('with all days full there is none', () => {
    const full = DAYS.map(({ day }) => ({ day, available: 0 }))
    expect(problemsOf(oneMug, { deliveryDays: full })).toMatchObject([
      { code: 'delivery-day-unavailable' },
    ])
  })

  it('is no problem while the country is not known', () => {
    expect(problemsOf(oneMug, { deliveryDays: null })).toEqual([])
  })
})
