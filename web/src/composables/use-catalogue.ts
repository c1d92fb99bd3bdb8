/** The catalogue as the shop's pages read it, and whether it is there yet. */
import { computed, onMounted } from 'vue'
import { useShopState } from '../stores/shop-state/store.ts'
import { useShop } from '../stores/shop.ts'
import { categoriesOf } from './categories.ts'

export type CatalogueLoad = 'loading' | 'ready' | 'failed'

export function useCatalogue() {
  const shop = useShop()
  const state = useShopState()
  const products = computed(() => state.view.catalog?.products ?? [])
  const categories = computed(() => categoriesOf(products.value))
  const load = computed<CatalogueLoad>(() => {
    if (state.view.catalog) return 'ready'
    return shop.requests.catalog === 'failed' ? 'failed' : 'loading'
  })

  onMounted(() => {
    // Coming from elsewhere in the shop: stock has moved meanwhile.
    if (state.view.catalog) void shop.refreshOne('catalog')
  })

  return { products, categories, load, retry: shop.refresh }
}
