/** The shop in a shopper's currency and language. Pure. */
import type { Currency } from '../../../../worker/api/markets.ts'
import type { CouponOfferView, Product } from '../../../../worker/api/contract.ts'
import type { View } from './view.ts'

type Shopper = { currency: Currency; language: string }

export const forShopper = (view: View, { currency, language }: Shopper): View => ({
  ...view,
  catalog: view.catalog && {
    products: view.catalog.products.flatMap((product) =>
      pricedIn(toldIn(product, language), currency),
    ),
  },
  me: view.me && {
    ...view.me,
    coupons: view.me.coupons.filter((offer) => countsIn(offer, currency)),
  },
})

/** One of a catalogue that the service worker kept for an older version of the page. */
type KeptProduct = Omit<Product, 'prices' | 'translations'> &
  Partial<Pick<Product, 'prices' | 'translations'>>

/** In English where it has no words in the language. */
export function toldIn(
  product: KeptProduct,
  language: string,
): KeptProduct & Pick<Product, 'translations'> {
  const { translations = [] } = product
  const found = translations.find((it) => it.language === language)
  if (!found) return { ...product, translations }
  const { title, description } = product
  const english = { language: 'en', title, description }
  return {
    ...product,
    translations: [...translations, english],
    title: found.title,
    description: found.description,
  }
}

/** None of what is not sold in it. */
function pricedIn(
  product: KeptProduct & Pick<Product, 'translations'>,
  currency: Currency,
): Product[] {
  const { prices = [product.price] } = product
  const price = prices.find((it) => it.currency === currency)
  return price ? [{ ...product, prices, price }] : []
}

/** A coupon that names an amount counts in the currency of that amount. */
function countsIn({ amountOff, minimumSubtotal }: CouponOfferView, currency: Currency): boolean {
  const namesAnAmount = amountOff.amount > 0 || minimumSubtotal.amount > 0
  return !namesAnAmount || amountOff.currency === currency
}
