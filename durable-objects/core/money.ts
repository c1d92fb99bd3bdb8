/** An amount of money: an integer number of the currency's minor units (cents for USD). */
export type Money = { readonly amount: number; readonly currency: string }

export const isSameMoney = (a: Money, b: Money): boolean =>
  a.amount === b.amount && a.currency === b.currency
