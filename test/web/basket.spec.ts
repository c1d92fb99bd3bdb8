/** The basket as it is shown, also what of it can no longer be ordered. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Product } from '../../worker/api/contract.ts'
import { useBasket } from '../../web/src/composables/use-basket.ts'
import { useMarket } from '../../web/src/stores/market.ts'
import { useShopState } from '../../web/src/stores/shop-state/store.ts'
import { FakeShop } from './support/fake-shop.ts'
import { PLACED_AT } from './support/orders.ts'
import { startPinia } from './support/pinia.ts'

const inEuros = (product: Product): Product => ({
  ...product,
  prices: [...product.prices, { amount: 900, currency: 'EUR' }],
})

beforeEach(async () => {
  startPinia()
  useMarket().choose('USD')
  const [mug, lamp] = new FakeShop().catalog().products
  if (!mug || !lamp) throw new Error('the shop is empty')
  const payload = { kind: 'catalog' as const, catalog: { products: [inEuros(mug), lamp] } }
  const read = { id: 'catalog', payload, version: [0, 1] as const, at: PLACED_AT }
  await useShopState().$optimistic.see(read, [])
})
afterEach(() => localStorage.clear())

async function fill(...skus: string[]) {
  const basket = useBasket()
  for (const sku of skus) await basket.change(sku, 2)
  const shown = () => basket.items.value.map(({ sku, title, sold }) => [sku, title, sold])
  return { ...basket, shown }
}

it('has a place for each line, whether or not it can be ordered', async () => {
  const { shown } = await fill('GONE', 'LAMP', 'MUG')
  expect(shown()).toEqual([
    ['GONE', 'GONE', 'nowhere'],
    ['LAMP', 'LAMP', 'here'],
    ['MUG', 'MUG', 'here'],
  ])
  useMarket().choose('EUR')
  expect(shown()).toEqual([
    ['GONE', 'GONE', 'nowhere'],
    ['LAMP', 'LAMP', 'elsewhere'],
    ['MUG', 'MUG', 'here'],
  ])
})

it('lets go of what is no longer sold, and takes it back', async () => {
  const { shown, remove, lines } = await fill('GONE', 'LAMP')
  const putBack = remove('GONE')
  expect(shown()).toEqual([['LAMP', 'LAMP', 'here']])
  await putBack()
  expect(lines.value[0]).toEqual({ sku: 'GONE', quantity: 2 })
})
