/** A line of the basket: what can be said of it, and done. */
import { afterEach, describe, expect, it } from 'vitest'
import BasketRow from '../../web/src/components/basket-row.vue'
import type { LanguageCode } from '../../web/src/locales/languages.ts'
import { FakeShop } from './support/fake-shop.ts'
import { showOnPage } from './support/on-page.ts'

const [product] = new FakeShop().catalog().products
const line = { sku: 'MUG', title: 'Clay mug', quantity: 5 }

const control = (name: string) => document.querySelector<HTMLElement>(`[data-testid="${name}"]`)

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
    takeAway = showOnPage(BasketRow, { item: { ...line, sold: 'here', product, most } }, code)
    expect(document.body.textContent).toContain(words)
  })
})

describe('what is not sold', () => {
  it.each([
    [{ ...line, sold: 'nowhere', product: null }, 'One of the products is no longer sold.'],
    [{ ...line, sold: 'elsewhere', product }, 'This is not sold in the currency that you chose.'],
  ])('%o: has its name, why, and nothing but its removal', (item, why) => {
    const removed: string[] = []
    takeAway = showOnPage(BasketRow, { item, onRemove: () => removed.push(item.sku) })
    expect(document.querySelector('h2')?.textContent).toBe('Clay mug')
    expect(document.body.textContent).toContain(why)
    expect(document.body.textContent).not.toContain('$')
    expect(control('quantity-more')).toBeNull()
    control('remove-line')?.click()
    expect(removed).toEqual(['MUG'])
  })
})
