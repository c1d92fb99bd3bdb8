/** What of the catalogue the words find. The index comes in a chunk of its own, when it is wanted. */
import { type Ref, computed, onMounted } from 'vue'
import type { Product } from '../../../worker/api/contract.ts'
import { useRequest } from './use-request.ts'
import { useWords } from './use-words.ts'

export function useProductSearch(products: Ref<Product[]>, words: Ref<string>) {
  const names = useWords()
  const { data: module, status, run } = useRequest(() => import('../search/product-index.ts'))
  const index = computed(() => module.value?.productIndex(products.value, names.category))

  const found = computed<Product[] | null>(() => {
    if (!index.value) return null
    const bySku = new Map(products.value.map((it) => [it.sku, it]))
    return index.value.find(words.value).flatMap((sku) => bySku.get(sku) ?? [])
  })
  const hints = computed(() => (words.value === '' ? [] : (index.value?.hints(words.value) ?? [])))
  onMounted(run)

  return { found, hints, status }
}
