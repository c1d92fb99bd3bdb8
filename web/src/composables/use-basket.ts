/** The basket as it is shown: lines with their products, in the order they were added. */
import { computed } from 'vue'
import type { Catalog, Product } from '../../../worker/api/contract.ts'
import { LINE_QUANTITY_MAX, adjustLines, withLineBack } from '../stores/shop-state/basket-lines.ts'
import { toldIn } from '../stores/shop-state/for-shopper.ts'
import type { BasketLine } from '../stores/shop-state/model.ts'
import { useShopState } from '../stores/shop-state/store.ts'
import { viewOf } from '../stores/shop-state/view.ts'
import { useLanguage } from './use-language.ts'

/** What is sold in other currencies only, or nowhere any more, stays until it is removed. */
export type BasketItem = BasketLine & { title: string } & (
    | { sold: 'here'; product: Product; most: number }
    | { sold: 'elsewhere'; product: Pick<Product, 'image'> }
    | { sold: 'nowhere'; product: null }
  )

export function useBasket() {
  const shop = useShopState()
  const { language } = useLanguage()
  const lines = computed(() => shop.view.basket)
  const count = computed(() => lines.value.reduce((sum, line) => sum + line.quantity, 0))
  const items = computed(() => lines.value.map(itemOf))
  const inAllCurrencies = computed(() => viewOf(shop.optimistic).catalog)

  function itemOf(line: BasketLine): BasketItem {
    const here = productIn(shop.view.catalog, line.sku)
    if (here) return { ...line, title: here.title, sold: 'here', product: here, most: mostOf(here) }
    const elsewhere = productIn(inAllCurrencies.value, line.sku)
    if (!elsewhere) return { ...line, title: line.sku, sold: 'nowhere', product: null }
    const { title } = toldIn(elsewhere, language.value.code)
    return { ...line, title, sold: 'elsewhere', product: elsewhere }
  }

  const quantityOf = (sku: string) => lines.value.find((it) => it.sku === sku)?.quantity ?? 0
  const change = (sku: string, by: number) =>
    shop.$optimistic.edit((own) => ({
      ...own,
      basket: adjustLines(own.basket, [{ sku, quantity: by }]),
    }))
  /** Removes a line; what it returns puts it back. */
  const remove = (sku: string) => {
    const place = lines.value.findIndex((it) => it.sku === sku)
    const line = { sku, quantity: quantityOf(sku) }
    void change(sku, -line.quantity)
    return () =>
      shop.$optimistic.edit((own) => ({ ...own, basket: withLineBack(own.basket, line, place) }))
  }

  return { lines, items, count, quantityOf, change, remove }
}

const productIn = (catalog: Catalog | null, sku: string): Product | undefined =>
  catalog?.products.find((it) => it.sku === sku)

/** How many of it one order may have now; an unknown stock does not stop the shopper. */
export const mostOf = (product: Product): number =>
  Math.min(LINE_QUANTITY_MAX, product.available ?? LINE_QUANTITY_MAX)
