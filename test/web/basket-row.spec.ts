/** A line of the basket: what can be said of it, and done. */
import { afterEach, describe, expect, it } from 'vitest'
import BasketRow from '../../web/src/components/basket-row.vue'
import type { LanguageCode } from '../../web/src/locales/languages.ts'
import { FakeShop } from './support/fake-shop.ts'
import { showOnPage } from './support/on-page.ts'

const [product] = new FakeShop().catalog().products

let takeAway = () => {}
afterEach(() => takeAway())

describe('more than can be had', () => {
  it.each<[LanguageCode, number, string]>([
    ['en', 0, 'Sold out by now.'],
    ['en', 1, 'Only one can be ordered now.'],
    ['en', 3, 'Only 3 can be ordered now.'],
    ['zh-CN', 0, '现已售罄。'],
    ['es', 0, 'Ya está agotado.'],
    ['ar', 0, 'نفد الآن.'],
  ])('in %s, %i left: %s', (code, most, words) => {
    takeAway = showOnPage(BasketRow, { item: { product, quantity: 5, most } }, code)
    expect(document.body.textContent).toContain(words)
  })
})
