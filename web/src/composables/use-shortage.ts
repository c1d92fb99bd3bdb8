/** Which product there is too little of, in words. */
import { useI18n } from 'vue-i18n'
import type { BasketLine } from '../stores/shop-state/model.ts'
import { useShopState } from '../stores/shop-state/store.ts'

export function useShortage() {
  const { t } = useI18n()
  const state = useShopState()

  /** For an API's field like `lines.2.quantity` of these lines; null for any other. */
  return (lines: readonly BasketLine[], field: string): string | null => {
    const index = /^lines\.(\d+)\.quantity$/.exec(field)?.[1]
    const sku = index && lines[Number(index)]?.sku
    const product = state.view.catalog?.products.find((it) => it.sku === sku)
    if (!product || product.available === null) return null
    return t('checkout.onlyLeft', { title: product.title }, product.available)
  }
}
