/** Tells of an order that turned out not to be placed while the shopper was elsewhere in the shop. */
import { watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRoute, useRouter } from 'vue-router'
import { useNotices } from '../stores/notices.ts'
import { useShopState } from '../stores/shop-state/store.ts'
import { phaseOf } from './order-phase.ts'

export function useLostOrders(): void {
  const { t } = useI18n()
  const route = useRoute()
  const router = useRouter()
  const notices = useNotices()
  const shop = useShopState()

  // Only what this page knew to be on its way: what ended in an earlier visit is no news.
  watch(
    () => shop.placed.map(({ id }) => id),
    (now, before) => {
      for (const id of before.filter((it) => !now.includes(it) && it !== route.params.id)) {
        const shown = shop.order(id)
        if (shown?.source !== 'ended') continue
        notices.show({
          title: t(`order.headline.${phaseOf(shown)}`),
          icon: 'i-lucide-package-x',
          isProblem: true,
          action: {
            label: t('orders.why'),
            run: () => void router.push({ name: 'order', params: { id } }),
          },
        })
      }
    },
  )
}
