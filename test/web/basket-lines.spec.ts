/** A line that was removed, and had back. */
import { expect, it } from 'vitest'
import { withLineBack } from '../../web/src/stores/shop-state/basket-lines.ts'

const line = (sku: string, quantity = 1) => ({ sku, quantity })
const basket = ['MUG', 'LAMP', 'VASE'].map((sku) => line(sku))

it('a line that is had back is where it was', () => {
  for (const [place, removed] of basket.entries()) {
    expect(withLineBack(basket.toSpliced(place, 1), removed, place)).toEqual(basket)
  }
})

it('in a basket that has become shorter it is the last', () => {
  expect(withLineBack([line('MUG')], line('VASE', 3), 2)).toEqual([line('MUG'), line('VASE', 3)])
})

it('a line that has come again meanwhile stays where it is, and grows', () => {
  const since = [line('LAMP'), line('MUG', 2)]
  expect(withLineBack(since, line('MUG', 3), 0)).toEqual([line('LAMP'), line('MUG', 5)])
})
