/**
 * The markets of the shop: a currency, and what is priced by the shop itself in it. Amounts are
 * integers in the currency's minor units: cents, fen, whole yen.
 */
export const CURRENCIES = ['USD', 'EUR', 'CNY', 'JPY'] as const
export type Currency = (typeof CURRENCIES)[number]

/** Of who names none. */
export const DEFAULT_CURRENCY: Currency = 'USD'

export type Market = {
  shipping: number
  /** Of the subtotal after the coupon. */
  freeShippingFrom: number
  /** What one point pays. */
  pointWorth: number
}

export const MARKETS: Readonly<Record<Currency, Market>> = {
  USD: { shipping: 490, freeShippingFrom: 5_000, pointWorth: 1 },
  EUR: { shipping: 450, freeShippingFrom: 4_500, pointWorth: 1 },
  CNY: { shipping: 3_500, freeShippingFrom: 36_000, pointWorth: 7 },
  JPY: { shipping: 700, freeShippingFrom: 7_500, pointWorth: 1 },
}

export const isCurrency = (text: string): text is Currency =>
  CURRENCIES.some((currency) => currency === text)
