/** Full-text search over the catalogue, in the page. Loaded by whoever searches. */
import MiniSearch from 'minisearch'
import type { Product } from '../../../worker/api/contract.ts'

/** In so short a word another letter makes another word. */
const EXACT_LETTERS_MAX = 3
const FUZZY = 0.25
/** For what was found by no means: what it resembles at all. */
const FUZZY_FOR_HINTS = 0.4
const HINTS_MAX = 3

export type ProductIndex = {
  /** The best first. */
  find(words: string): string[]
  /** Searches that would find something. */
  hints(words: string): string[]
}

/** By word, also where words are written without spaces between them. */
const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })
const wordsIn = (text: string): string[] =>
  Array.from(segmenter.segment(text))
    .filter(({ isWordLike }) => isWordLike)
    .map(({ segment }) => segment)

const withoutMarks = (term: string): string =>
  term.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** `wordOf`: how the shopper's language calls a category. */
export function productIndex(
  products: readonly Product[],
  wordOf: (category: string) => string,
): ProductIndex {
  const index = new MiniSearch({
    idField: 'sku',
    fields: ['title', 'category', 'description', 'elsewhere'],
    tokenize: wordsIn,
    processTerm: withoutMarks,
    searchOptions: {
      boost: { title: 4, category: 2 },
      prefix: true,
      fuzzy: (term) => (term.length > EXACT_LETTERS_MAX ? FUZZY : false),
      combineWith: 'AND',
    },
  })
  index.addAll(
    products.map(({ sku, title, category, description, translations }) => ({
      sku,
      title,
      description,
      category: `${category} ${wordOf(category)}`,
      // Who reads one language may type another.
      elsewhere: translations.map((text) => text.title).join(' '),
    })),
  )
  const search = (words: string, combineWith: 'AND' | 'OR') =>
    index.search(words, { combineWith }).map(({ id }) => String(id))

  return {
    find(words) {
      const all = search(words, 'AND')
      return all.length > 0 ? all : search(words, 'OR')
    },
    hints: (words) =>
      index
        .autoSuggest(words, { fields: ['title'], fuzzy: FUZZY_FOR_HINTS, combineWith: 'OR' })
        .slice(0, HINTS_MAX)
        .map(({ suggestion }) => suggestion),
  }
}
