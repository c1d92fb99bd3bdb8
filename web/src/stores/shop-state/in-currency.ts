/** What of the shop counts in a currency, at its prices there. Pure. */
import type { Currency } from '../../../../worker/api/markets.ts'
import type { CouponOfferView, Product } from '../../../../worker/api/contract.ts'
import type { View } from './view.ts'

export const inCurrency = (view: View, currency: Currency): View => ({
  ...view,
  catalog: view.catalog && {
    products: view.catalog.products.flatMap((product) => pricedIn(product, currency)),
  },
  me: view.me && {
    ...view.me,
    coupons: view.me.coupons.filter((offer) => countsIn(offer, currency)),
  },
})

/** A catalogue that the service worker kept before there were markets has one price for each. */
type KeptProduct = Omit<Product, 'prices'> & Partial<Pick<Product, 'prices'>>

/** None of what is not sold in it. */
function pricedIn(product: KeptProduct, currency: Currency): Product[] {
  const { prices = [product.price] } = product
  const price = prices.find((it) => it.currency === currency)
  return price ? [{ ...product, prices, price }] : []
}

/** A coupon that names an amount counts in the currency of that amount. */
function countsIn({ amountOff, minimumSubtotal }: CouponOfferView, currency: Currency): boolean {
  const namesAnAmount = amountOff.amount > 0 || minimumSubtotal.amount > 0
  return !namesAnAmount || amountOff.currency === currency
}
