/** The categories that the catalogue's products name, and their places in addresses. Pure. */
import type { Product } from '../../../worker/api/contract.ts'

/** In the order in which the catalogue has them. */
export const categoriesOf = (products: readonly Product[]): string[] => [
  ...new Set(products.map((it) => it.category)),
]

export const slugOf = (category: string): string =>
  category.trim().toLowerCase().replaceAll(/\s+/g, '-')

export const categoryAt = (products: readonly Product[], slug: string): string | null =>
  categoriesOf(products).find((it) => slugOf(it) === slug.toLowerCase()) ?? null

/** At most `count`, by turns from each category, so that each is seen. */
export function selectionOf(products: readonly Product[], count: number): Product[] {
  const turnOf = (product: Product): number =>
    products.filter((it) => it.category === product.category).indexOf(product)
  return products.toSorted((one, other) => turnOf(one) - turnOf(other)).slice(0, count)
}
