/**
 * What a basket costs, and why it could not be ordered. Pure: `quoting.ts` brings the facts.
 *
 * Q1. Amounts are integers in minor units of one currency, the market's.
 * Q2. Lines of one SKU count together against the stock, and are shown as they were given.
 * Q3. total = subtotal − discount − points + shipping, and no part of it is below zero.
 * Q4. What is refused (an unknown SKU, a coupon, points) changes no amount: it is a problem.
 */
import type { Money } from '../../durable-objects/core/money.ts'
import type { CouponCheck } from '../domains/reads.ts'
import type { Quote, QuoteRequest } from './contract.ts'
import { type Currency, DEFAULT_CURRENCY, MARKETS } from './markets.ts'
import { type CodeWithStatus, PROBLEMS } from './problems.ts'

export type Basket = Pick<QuoteRequest, 'currency' | 'lines' | 'coupon' | 'points' | 'delivery'>

export type Facts = {
  products: ReadonlyMap<string, { title: string; amount: number }>
  stock: ReadonlyMap<string, number>
  /** null where the basket has none. */
  coupon: CouponCheck | null
  pointsAvailable: number
  /** null while the country is not known. */
  deliveryDays: readonly { day: string; available: number }[] | null
}

/** A bad basket (422), or a state that stands in its way (409). */
export const QUOTE_PROBLEM_CODES = [
  'unknown-sku',
  'out-of-stock',
  'coupon-unknown',
  'coupon-expired',
  'coupon-used-up',
  'coupon-already-used',
  'coupon-minimum-not-met',
  'coupon-other-currency',
  'points-exceed-total',
  'not-enough-points',
  'country-not-served',
  'delivery-day-unavailable',
] as const satisfies CodeWithStatus<409 | 422>[]

export type QuoteProblem = {
  code: (typeof QUOTE_PROBLEM_CODES)[number]
  field: string
  title: string
}
export type Priced = Omit<Quote, 'problems' | 'token'> & {
  problems: QuoteProblem[]
  /** The day asked for, or the first free one; null while that is not known. */
  day: string | null
}

export const currencyOf = ({ currency }: Pick<Basket, 'currency'>): Currency =>
  currency ?? DEFAULT_CURRENCY

export function priceBasket(basket: Basket, facts: Facts): Priced {
  const currency = currencyOf(basket)
  const market = MARKETS[currency]
  const money = (amount: number): Money => ({ amount, currency })
  const subtotal = subtotalOf(basket, facts.products)
  const discount = facts.coupon?.ok ? Math.min(facts.coupon.discount.amount, subtotal) : 0
  const payable = subtotal - discount
  const points = basket.points ?? 0
  const pointsPay = points * market.pointWorth
  const pointsProblems = checkPoints(points, pointsPay > payable, facts.pointsAvailable)
  const pointsDiscount = pointsProblems.length === 0 ? pointsPay : 0
  const shipping = payable >= market.freeShippingFrom ? 0 : market.shipping
  const delivery = chooseDay(basket.delivery?.day, facts.deliveryDays)
  return {
    lines: pricedLines(basket, facts.products),
    subtotal: money(subtotal),
    discount: money(discount),
    pointsDiscount: money(pointsDiscount),
    shipping: money(shipping),
    total: money(payable - pointsDiscount + shipping),
    day: delivery.day,
    problems: [
      ...checkLines(basket, facts),
      ...checkCoupon(facts.coupon),
      ...pointsProblems,
      ...delivery.problems,
    ],
  }
}

export function subtotalOf(basket: Basket, products: Facts['products']): number {
  return pricedLines(basket, products).reduce((sum, line) => sum + line.total.amount, 0)
}

function pricedLines(basket: Basket, products: Facts['products']): Quote['lines'] {
  const currency = currencyOf(basket)
  return basket.lines.flatMap(({ sku, quantity }) => {
    const product = products.get(sku)
    if (!product) return []
    const { title, amount } = product
    const unitPrice = { amount, currency }
    return [{ sku, quantity, title, unitPrice, total: { amount: amount * quantity, currency } }]
  })
}

/** One problem for each SKU, at its first line. */
export function checkLines(
  basket: Pick<Basket, 'lines'>,
  {
    products,
    stock,
  }: Pick<Facts, 'stock'> & {
    products: ReadonlyMap<string, { title: string }>
  },
): QuoteProblem[] {
  const bySku = Map.groupBy(basket.lines.entries(), ([, line]) => line.sku)
  return [...bySku].flatMap(([sku, entries]): QuoteProblem[] => {
    const index = entries[0]?.[0] ?? 0
    const product = products.get(sku)
    if (!product) return [problem('unknown-sku', `lines.${index}.sku`, `${sku} is not sold here`)]
    const wanted = entries.reduce((sum, [, line]) => sum + line.quantity, 0)
    const left = stock.get(sku) ?? 0
    if (wanted <= left) return []
    const title = left > 0 ? `Only ${left} left: ${product.title}` : `Sold out: ${product.title}`
    return [problem('out-of-stock', `lines.${index}.quantity`, title)]
  })
}

function checkCoupon(coupon: CouponCheck | null): QuoteProblem[] {
  return coupon === null || coupon.ok ? [] : [problem(coupon.code, 'coupon')]
}

function checkPoints(points: number, isTooMuch: boolean, available: number): QuoteProblem[] {
  if (isTooMuch) return [problem('points-exceed-total', 'points')]
  if (points > available)
    return [problem('not-enough-points', 'points', `Only ${available} points are free`)]
  return []
}

function chooseDay(
  wanted: string | undefined,
  days: Facts['deliveryDays'],
): { day: string | null; problems: QuoteProblem[] } {
  if (days === null) return { day: wanted ?? null, problems: [] }
  if (days.length === 0) return { day: null, problems: [problem('country-not-served', 'country')] }
  const free = days.filter(({ available }) => available > 0)
  const day = wanted === undefined ? free[0] : free.find((candidate) => candidate.day === wanted)
  if (day) return { day: day.day, problems: [] }
  return { day: null, problems: [problem('delivery-day-unavailable', 'delivery.day')] }
}

function problem(code: QuoteProblem['code'], field: string, title?: string): QuoteProblem {
  return { code, field, title: title ?? PROBLEMS[code].title }
}
