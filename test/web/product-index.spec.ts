import { describe, expect, it } from 'vitest'
import {
  categoriesOf,
  categoryAt,
  selectionOf,
  slugOf,
} from '../../web/src/composables/categories.ts'
import type { Product } from '../../worker/api/contract.ts'
import { textOf } from '../../web/src/composables/query-text.ts'
import { productIndex } from '../../web/src/search/product-index.ts'

const product = (sku: string, title: string, category: string, description: string): Product => ({
  sku,
  title,
  category,
  description,
  image: `/products/${sku}.svg`,
  price: { amount: 100, currency: 'USD' },
  prices: [{ amount: 100, currency: 'USD' }],
  translations: [],
  available: 3,
})

const PRODUCTS = [
  product('MUG', 'Clay mug', 'Kitchen', 'Stoneware with a cream glaze.'),
  product('POT', 'Iron teapot', 'Kitchen', 'Comes with a steel strainer. Goes with the mug.'),
  product('LAMP', 'Desk lamp', 'Desk', 'A jointed steel arm.'),
  product('BELL', 'Bicycle bell', 'Out of doors', 'Spun brass.'),
]
const IN_ENGLISH = [{ language: 'en', title: 'Iron teapot', description: '' }]
const SPANISH: Record<string, string> = { Kitchen: 'Cocina', Desk: 'Escritorio' }
const selected = (count: number) => selectionOf(PRODUCTS, count).map(({ sku }) => sku)
const index = productIndex(PRODUCTS, (category) => SPANISH[category] ?? category)

describe('a search', () => {
  it.each([
    ['a whole word', 'mug', ['MUG', 'POT']],
    ['capitals', 'TEAPOT', ['POT']],
    ['the beginning of a word', 'tea', ['POT']],
    ['a slip of the keyboard', 'teaopt', ['POT']],
    ['two words that are both there', 'steel lamp', ['LAMP']],
    ['a category in the language of the shop', 'kitchen', ['MUG', 'POT']],
    ["a category in the shopper's language", 'cocina', ['MUG', 'POT']],
    ['marks that are not in the catalogue', 'clày', ['MUG']],
    ['words that are nowhere together', 'bicycle strainer', ['BELL', 'POT']],
    ['nothing that is sold', 'zzzz', []],
    ['signs that mean something elsewhere', '.*(+"', []],
  ])('%s: %s', (_what, words, skus) => {
    expect(index.find(words)).toEqual(skus)
  })

  it('of three letters is taken as it is', () => {
    expect(index.find('nug')).toEqual([])
  })

  it('that finds nothing is told what it resembles', () => {
    expect(index.find('teeapto')).toEqual([])
    expect(index.hints('teeapto')).toEqual(['teapot'])
  })
})

describe('categories', () => {
  it('are in the order of the catalogue, each with its place', () => {
    expect(categoriesOf(PRODUCTS)).toEqual(['Kitchen', 'Desk', 'Out of doors'])
    expect(slugOf('Out of doors')).toBe('out-of-doors')
    for (const category of categoriesOf(PRODUCTS)) {
      expect(categoryAt(PRODUCTS, slugOf(category))).toBe(category)
    }
    expect(categoryAt(PRODUCTS, 'garden')).toBeNull()
  })

  it('each has its turn in the selection', () => {
    expect(selected(3)).toEqual(['MUG', 'LAMP', 'BELL'])
    expect(selected(9)).toEqual(['MUG', 'LAMP', 'BELL', 'POT'])
  })
})

it.each([
  [undefined, ''],
  [null, ''],
  [' mug ', 'mug'],
  [['mug', 'pot'], 'mug'],
  [[], ''],
])('a part of an address, %j, is the text "%s"', (part, text) => {
  expect(textOf(part)).toBe(text)
})

it('finds a product by its name in another language, after those of this one', () => {
  const teapot = { ...product('TEAPOT', 'إبريق شاي', 'Kitchen', ''), translations: IN_ENGLISH }
  expect(productIndex([teapot], (name) => name).find('tepot')).toEqual(['TEAPOT'])
})

it('finds words of a language that is written without spaces', () => {
  const inChinese = productIndex([product('VASE', '蓝色花瓶', 'Living', '')], (name) => name)
  expect(inChinese.find('花瓶')).toEqual(['VASE'])
})
