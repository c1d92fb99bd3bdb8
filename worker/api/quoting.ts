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
  const skus = [...new Set(basket.lines.map(({ sku }) => sku))]
  const [stock, points, deliveryDays, { products, coupon }] = await Promise.all([
    ask('inventory', () => env.INVENTORY.availability(skus)),
    basket.points ? ask('points', () => env.POINTS.balance(customer)) : null,
    country ? ask('logistics', () => env.LOGISTICS.days(country)) : null,
    readPrices(env, customer, basket, skus),
  ])
  return priceBasket(basket, {
    products,
    stock: new Map(stock.map(({ sku, available }) => [sku, available])),
    coupon,
    pointsAvailable: points?.available ?? 0,
    deliveryDays,
  })
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
