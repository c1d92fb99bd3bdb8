/** The basket as it is shown: lines with their products, in the order they were added. */
import { computed } from 'vue'
import type { Product } from '../../../worker/api/contract.ts'
import { LINE_QUANTITY_MAX, adjustLines, withLineBack } from '../stores/shop-state/basket-lines.ts'
import { useShopState } from '../stores/shop-state/store.ts'

export type BasketItem = { product: Product; quantity: number; most: number }

export function useBasket() {
  const shop = useShopState()
  const lines = computed(() => shop.view.basket)
  const count = computed(() => lines.value.reduce((sum, line) => sum + line.quantity, 0))
  const items = computed<BasketItem[]>(() => {
    const products = new Map(shop.view.catalog?.products.map((it) => [it.sku, it]))
    return lines.value.flatMap(({ sku, quantity }) => {
      const product = products.get(sku)
      return product ? [{ product, quantity, most: mostOf(product) }] : []
    })
  })

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

/** How many of it one order may have now; an unknown stock does not stop the shopper. */
export const mostOf = (product: Product): number =>
  Math.min(LINE_QUANTITY_MAX, product.available ?? LINE_QUANTITY_MAX)
