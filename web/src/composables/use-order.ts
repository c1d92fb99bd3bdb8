/** One order as the page shows it, followed live while it moves. */
import { computed, onMounted, ref, watch } from 'vue'
import { type OrderId, isOrderId } from '../../../durable-objects/core/ids.ts'
import { ApiProblem } from '../api/client.ts'
import { readOrder } from '../api/shop-api.ts'
import { useSession } from '../stores/session.ts'
import { seeOrder, useShopState } from '../stores/shop-state/store.ts'
import { useOrderStream } from './order-channels/use-order-stream.ts'
import { useRetryOnline } from './use-online.ts'

export type OrderLoad = 'loading' | 'ready' | 'missing' | 'failed'

const isUnknown = (error: unknown): boolean => error instanceof ApiProblem && error.status === 404

export function useOrder(id: string) {
  const shop = useShopState()
  const session = useSession()
  const shown = computed(() => shop.order(id))
  const request = ref<OrderLoad>('loading')
  const load = computed<OrderLoad>(() => (shown.value ? 'ready' : request.value))
  /** The cookie it was placed with is gone: this browser hears no more of it. */
  const isGone = ref(false)

  async function ask(...what: Parameters<typeof readOrder>): ReturnType<typeof readOrder> {
    try {
      const found = await session.within(() => readOrder(...what))
      isGone.value = false
      return found
    } catch (error) {
      if (isUnknown(error)) isGone.value = true
      throw error
    }
  }

  async function read(orderId: OrderId): Promise<void> {
    request.value = 'loading'
    try {
      const found = await ask(orderId)
      if (found) await seeOrder(found.order)
      request.value = 'ready'
    } catch (error) {
      request.value = isUnknown(error) ? 'missing' : 'failed'
    }
  }

  const reload = () => (isOrderId(id) ? read(id) : Promise.resolve())

  useRetryOnline(() => load.value === 'failed', reload)

  // The server knows nothing to follow before it has accepted, and nothing moves once settled.
  const target = computed<OrderId | null>(() => {
    const order = shown.value?.source === 'server' ? shown.value.order : null
    return order && !order.settled && isOrderId(order.id) ? order.id : null
  })
  const { connection } = useOrderStream(target, {
    readOrder: ask,
    onOrder: (order) => void seeOrder(order),
  })

  onMounted(() => {
    if (!isOrderId(id)) request.value = 'missing'
    // Also when it is known: what another tab or an earlier visit left here may be old.
    else if (!shown.value || shown.value.source === 'server') void read(id)
  })
  // Dropped by another tab before this page had seen the order itself.
  watch(shown, (now) => {
    if (now === null && isOrderId(id)) void read(id)
  })

  return { shown, load, isGone, connection, reload }
}
