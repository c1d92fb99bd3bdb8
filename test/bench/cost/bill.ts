/** What a million orders cost, from what one needs. Pure. */
import { type Price, USD_PER_MILLION } from './prices.ts'

/** `perOrder`: how many, which need not be whole where it is a mean. */
export type Item = { what: string; perOrder: number; price: Price }
export type Bill = { items: (Item & { perMillionUsd: number })[]; perMillionUsd: number }

export function billOf(items: Item[]): Bill {
  const priced = items.map((item) => ({
    ...item,
    perMillionUsd: cents(item.perOrder * USD_PER_MILLION[item.price]),
  }))
  const exact = items.reduce((sum, it) => sum + it.perOrder * USD_PER_MILLION[it.price], 0)
  return { items: priced, perMillionUsd: cents(exact) }
}

const cents = (usd: number): number => Number(usd.toFixed(2))
