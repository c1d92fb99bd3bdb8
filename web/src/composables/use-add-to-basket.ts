/** Puts something into the basket, and says so. */
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { Product } from '../../../worker/api/contract.ts'
import { useNotices } from '../stores/notices.ts'
import { useBasket } from './use-basket.ts'

export function useAddToBasket() {
  const { t } = useI18n()
  const router = useRouter()
  const notices = useNotices()
  const { change } = useBasket()

  return function add(product: Product, quantity: number): void {
    void change(product.sku, quantity)
    notices.show({
      title: t('catalogue.added', { title: product.title }),
      icon: 'i-lucide-check',
      action: {
        label: t('catalogue.viewBasket'),
        run: () => void router.push({ name: 'basket' }),
      },
    })
  }
}
