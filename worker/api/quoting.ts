/** Brings together what a quote needs: the catalogue, and four domains asked at the same time. */
import type { CustomerId } from '../../durable-objects/core/ids.ts'
import { productsBySku } from '../catalog/store.ts'
import type { Domain } from '../domains/reads.ts'
import { type Asker, assertNoObstacle } from './obstacles.ts'
import { type ApiBindings, ask } from './ports.ts'
import {
  type Basket,
  type Facts,
  type Priced,
  checkLines,
  currencyOf,
  priceBasket,
  subtotalOf,
} from './pricing.ts'

/** The domains that a quote asks. */
export const domainsAskedFor = (basket: Basket, country: string | undefined): Domain[] => [
  'inventory',
  ...(basket.points ? (['points'] as const) : []),
  ...(country ? (['logistics'] as const) : []),
  ...(basket.coupon === undefined ? [] : (['coupons'] as const)),
]

/** What is asked again for an order that brings the quote that it was shown. */
export const DOMAINS_ASKED_AGAIN: readonly Domain[] = ['inventory']

/**
 * Throws the problem `service-unavailable` where one of them does not answer, `domain-unavailable`
 * where one is not even asked.
 */
export async function quoteBasket(
  env: ApiBindings,
  customer: CustomerId,
  basket: Basket,
  country: string | undefined,
  asker: Asker,
): Promise<Priced> {
  await assertNoObstacle(env, domainsAskedFor(basket, country), asker)
  const skus = skusOf(basket)
  const [stock, points, deliveryDays, { products, coupon }] = await Promise.all([
    readStock(env, skus),
    basket.points ? ask('points', () => env.POINTS.balance(customer)) : null,
    country ? ask('logistics', () => env.LOGISTICS.days(country)) : null,
    readPrices(env, customer, basket, skus),
  ])
  return priceBasket(basket, {
    products,
    stock,
    coupon,
    pointsAvailable: points?.available ?? 0,
    deliveryDays,
  })
}

/**
 * A quote that was shown before, with what is out of stock by now: who comes too late for the last unit is
 * told at once, before anything is held. Throws as `quoteBasket` does.
 */
export async function restocked(
  env: ApiBindings,
  basket: Pick<Basket, 'lines'>,
  shown: Priced,
): Promise<Priced> {
  await assertNoObstacle(env, DOMAINS_ASKED_AGAIN, 'order')
  const stock = await readStock(env, skusOf(basket))
  const products = new Map(shown.lines.map((line) => [line.sku, line]))
  return { ...shown, problems: checkLines(basket, { products, stock }) }
}

const skusOf = ({ lines }: Pick<Basket, 'lines'>): string[] => [
  ...new Set(lines.map(({ sku }) => sku)),
]

async function readStock(env: ApiBindings, skus: string[]): Promise<Facts['stock']> {
  const stock = await ask('inventory', () => env.INVENTORY.availability(skus))
  return new Map(stock.map(({ sku, available }) => [sku, available]))
}

/** The coupon's check needs the subtotal, so it comes after the catalogue. */
async function readPrices(
  env: ApiBindings,
  customer: CustomerId,
  basket: Basket,
  skus: string[],
): Promise<Pick<Facts, 'products' | 'coupon'>> {
  const products = await ask('catalogue', () =>
    productsBySku(env.CATALOG_DB, currencyOf(basket), skus),
  )
  return { products, coupon: await checkCoupon(env, customer, basket, products) }
}

async function checkCoupon(
  env: ApiBindings,
  customer: CustomerId,
  basket: Basket,
  products: Facts['products'],
): Promise<Facts['coupon']> {
  const { coupon } = basket
  if (coupon === undefined) return null
  const subtotal = { amount: subtotalOf(basket, products), currency: currencyOf(basket) }
  return ask('coupons', () => env.COUPONS.check(customer, coupon, subtotal))
}
