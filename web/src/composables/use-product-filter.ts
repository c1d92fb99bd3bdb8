/** What of the catalogue matches the words and the category that were chosen. */
import { type Ref, computed, ref } from 'vue'
import type { Product } from '../../../worker/api/contract.ts'

export function useProductFilter(products: Ref<Product[]>) {
  const words = ref('')
  const category = ref<string | null>(null)

  const categories = computed(() =>
    [...new Set(products.value.map((it) => it.category))].toSorted(),
  )
  const matching = computed(() => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean)
    return products.value.filter((it) => {
      const text = `${it.title} ${it.description} ${it.category}`.toLowerCase()
      const inCategory = category.value === null || it.category === category.value
      return inCategory && wanted.every((word) => text.includes(word))
    })
  })
  const reset = () => {
    words.value = ''
    category.value = null
  }

  return { words, category, categories, matching, reset }
}
