/** An amount of money: an integer number of the currency's minor units (cents for USD). */
export type Money = { readonly amount: number; readonly currency: string }
