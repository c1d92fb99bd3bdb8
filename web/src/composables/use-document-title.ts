/** What the window is called: the page, or what is shown on it, in the shopper's language. */
import { computed, watchEffect } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute } from 'vue-router'
import { useShopState } from '../stores/shop-state/store.ts'
import { categoryAt } from './categories.ts'
import { textOf } from './query-text.ts'
import { useWords } from './use-words.ts'

export function useDocumentTitle(): void {
  const { t } = useI18n()
  const route = useRoute()
  const words = useWords()
  const state = useShopState()
  const products = computed(() => state.view.catalog?.products)

  function productTitle(): string | undefined {
    if (!products.value) return undefined
    const found = products.value.find((it) => it.sku === route.params['sku'])
    return found?.title ?? t('notFound.pageTitle')
  }

  function categoryTitle(): string | undefined {
    const slug = textOf(route.params['category'])
    if (slug === '' || !products.value) return undefined
    const category = categoryAt(products.value, slug)
    return category === null ? t('notFound.pageTitle') : words.category(category)
  }

  function searchTitle(): string | undefined {
    const asked = textOf(route.query['q'])
    return asked === '' ? undefined : t('search.resultsFor', { words: asked })
  }

  /** What only the page's contents can tell; else the route's own title stands. */
  const OF_CONTENTS: Record<string, () => string | undefined> = {
    product: productTitle,
    category: categoryTitle,
    search: searchTitle,
  }

  watchEffect(() => {
    const { meta, name } = route
    // Before the first route there is none.
    if (!meta.title) return
    const page = OF_CONTENTS[String(name)]?.() ?? t(meta.title)
    document.title = t('shop.title', { page })
  })
}
