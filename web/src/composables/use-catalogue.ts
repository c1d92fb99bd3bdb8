/** The catalogue as the shop's pages read it, and whether it is there yet. */
import { computed, onMounted } from 'vue'
import { useOptimistic } from '../stores/optimistic/store.ts'
import { useShop } from '../stores/shop.ts'
import { categoriesOf } from './categories.ts'

export type CatalogueLoad = 'loading' | 'ready' | 'failed'

export function useCatalogue() {
  const shop = useShop()
  const optimistic = useOptimistic()
  const products = computed(() => optimistic.view.catalog?.products ?? [])
  const categories = computed(() => categoriesOf(products.value))
  const load = computed<CatalogueLoad>(() => {
    if (optimistic.view.catalog) return 'ready'
    return shop.requests.catalog === 'failed' ? 'failed' : 'loading'
  })

  onMounted(() => {
    // Coming from elsewhere in the shop: stock has moved meanwhile.
    if (optimistic.view.catalog) void shop.refreshOne('catalog')
  })

  return { products, categories, load, retry: shop.refresh }
}
