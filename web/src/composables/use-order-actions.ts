/** What the shopper can do with an order. Each answer is the whole order; a refusal says why. */
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { type OrderId, isOrderId } from '../../../durable-objects/core/ids.ts'
import type { OrderView, ShipTo } from '../../../worker/api/contract.ts'
import { believe } from '../api/believe.ts'
import { ApiProblem } from '../api/client.ts'
import { cancelOrder, changeAddress, returnOrder } from '../api/shop-api.ts'
import { useNotices } from '../stores/notices.ts'
import { useOptimistic } from '../stores/optimistic/store.ts'
import { useBasket } from './use-basket.ts'
import { useWords } from './use-words.ts'

export type OrderAction = 'cancel' | 'return' | 'address'

export function useOrderActions(id: string) {
  const { t } = useI18n()
  const notices = useNotices()
  const words = useWords()
  const optimistic = useOptimistic()
  const basket = useBasket()
  const running = ref<OrderAction | null>(null)
  const addressErrors = ref<Record<string, string>>({})
  const addressProblem = ref<string | null>(null)

  const seen = (order: OrderView) => optimistic.dispatch({ type: 'order-seen', order })

  async function run(action: OrderAction, request: (id: OrderId) => Promise<OrderView>) {
    if (running.value || !isOrderId(id)) return null
    running.value = action
    try {
      seen(await request(id))
      return null
    } catch (error) {
      // A refusal for its state brings the state along, as `current`.
      const current = error instanceof ApiProblem ? currentOf(error) : null
      if (current) seen(current)
      return error
    } finally {
      running.value = null
    }
  }

  async function runOrTell(action: OrderAction, request: (id: OrderId) => Promise<OrderView>) {
    const error = await run(action, request)
    if (error === null) return
    notices.show({
      title: t('order.notDone'),
      text: words.error(error),
      icon: 'i-lucide-circle-alert',
      isProblem: true,
    })
  }

  async function saveAddress(order: OrderView, shipTo: ShipTo): Promise<boolean> {
    addressErrors.value = {}
    addressProblem.value = null
    const error = await run('address', () => changeAddress(order, shipTo))
    if (error === null) {
      notices.show({ title: t('order.addressSaved'), icon: 'i-lucide-check' })
      return true
    }
    const isStale = error instanceof ApiProblem && error.status === 412
    addressProblem.value = isStale ? t('order.addressStale') : words.error(error)
    if (error instanceof ApiProblem) {
      addressErrors.value = Object.fromEntries(
        error.errors.map(({ field, message }) => [field, message]),
      )
    }
    return false
  }

  function restore(lines: { sku: string; quantity: number }[]): void {
    for (const { sku, quantity } of lines) basket.change(sku, quantity)
    notices.show({ title: t('order.restored'), icon: 'i-lucide-shopping-bag' })
  }

  return {
    running,
    addressErrors,
    addressProblem,
    cancel: () => runOrTell('cancel', cancelOrder),
    giveBack: () => runOrTell('return', returnOrder),
    saveAddress,
    restore,
  }
}

function currentOf({ body }: ApiProblem): OrderView | null {
  if (typeof body !== 'object' || body === null || !('current' in body)) return null
  return believe<OrderView | null>(body.current)
}
