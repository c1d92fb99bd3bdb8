import { describe, expect, it } from 'vitest'
import type { CouponOfferView, Product } from '../../worker/api/contract.ts'
import { believe } from '../../web/src/api/believe.ts'
import { currencyFor } from '../../web/src/stores/market.ts'
import { forShopper } from '../../web/src/stores/shop-state/for-shopper.ts'

it.each([
  [['en-US'], 'USD'],
  [['en-GB'], 'USD'],
  [['es-MX', 'es-ES'], 'USD'],
  [['es'], 'EUR'],
  [['de-AT'], 'EUR'],
  [['ja'], 'JPY'],
  [['zh-CN', 'en-US'], 'CNY'],
  [['zh-TW'], 'USD'],
  [['ar-EG'], 'USD'],
  [['en-US@posix'], 'USD'],
  [[], 'USD'],
])('a browser that prefers %j sees prices in %s', (tags, currency) => {
  expect(currencyFor(tags)).toBe(currency)
})

const product = (sku: string, prices: Product['prices']): Product => ({
  sku,
  title: sku,
  description: '',
  translations: [{ language: 'es', title: `${sku} en español`, description: 'Bueno' }],
  category: '',
  image: '',
  price: prices[0] ?? { amount: 0, currency: 'USD' },
  prices,
  available: 1,
})
const offer = (code: string, off: number, minimum: number, currency: string): CouponOfferView => ({
  code,
  percentOff: off > 0 ? 0 : 10,
  amountOff: { amount: off, currency },
  minimumSubtotal: { amount: minimum, currency },
  expiresAt: '2026-12-31T00:00:00Z',
})

it('a catalogue of before there were markets is shown in its own currency', () => {
  const {
    prices: _prices,
    translations: _translations,
    ...old
  } = product('MUG', [{ amount: 1_000, currency: 'USD' }])
  const view = { basket: [], catalog: { products: [believe<Product>(old)] }, me: null }
  expect(forShopper(view, { currency: 'USD', language: 'en' }).catalog?.products).toMatchObject([
    { sku: 'MUG' },
  ])
  expect(forShopper(view, { currency: 'JPY', language: 'en' }).catalog?.products).toEqual([])
})

describe('the shop in a currency', () => {
  const usd = { amount: 1_000, currency: 'USD' }
  const jpy = { amount: 1_500, currency: 'JPY' }
  const view = forShopper(
    {
      basket: [],
      catalog: { products: [product('MUG', [usd, jpy]), product('POT', [usd])] },
      me: {
        customer: 'cus',
        points: { available: 0, frozen: 0 },
        coupons: [
          offer('TEN', 0, 0, 'USD'),
          offer('FIVER', 500, 0, 'USD'),
          offer('BIG', 0, 9_000, 'USD'),
          offer('EN', 500, 0, 'JPY'),
        ],
      },
    },
    { currency: 'JPY', language: 'es' },
  )

  it('has what is sold in it, at the price there', () => {
    expect(view.catalog?.products.map(({ sku, price }) => ({ sku, price }))).toEqual([
      { sku: 'MUG', price: jpy },
    ])
  })

  it('is told in the language, or else in English', () => {
    expect(view.catalog?.products[0]).toMatchObject({
      title: 'MUG en español',
      description: 'Bueno',
    })
    const catalog = { products: [product('MUG', [jpy])] }
    const inArabic = forShopper(
      { basket: [], catalog, me: null },
      { currency: 'JPY', language: 'ar' },
    )
    expect(inArabic.catalog?.products[0]?.title).toBe('MUG')
  })

  it('offers the coupons that count in it', () => {
    expect(view.me?.coupons.map(({ code }) => code)).toEqual(['TEN', 'EN'])
  })
})
