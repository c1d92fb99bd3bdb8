/** The shopper's orders, newest first, with those that only this page knows of on top. */
import { computed, ref } from 'vue'
import type { OrderList } from '../../../worker/api/contract.ts'
import { listOrders } from '../api/shop-api.ts'
import { useSession } from '../stores/session.ts'
import { draftOrder } from '../stores/shop-state/draft-order.ts'
import { useShopState } from '../stores/shop-state/store.ts'
import type { ShownOrder } from '../stores/shop-state/view.ts'
import { type Phase, phaseOf, phaseOfServer } from './order-phase.ts'
import { useRequest } from './use-request.ts'

type Listed = OrderList['orders'][number]
export type OrderRow = Pick<Listed, 'id' | 'placedAt' | 'total' | 'units'> & { phase: Phase }

export function useOrderList() {
  const shop = useShopState()
  const session = useSession()
  const older = ref<Listed[]>([])
  const { data, status, run } = useRequest(async (before?: string) => {
    await session.ensure()
    return listOrders(before)
  })

  const rows = computed<OrderRow[]>(() => {
    const listed = [...older.value, ...(data.value?.orders ?? [])]
    const ids = new Set(listed.map((it) => it.id))
    const own = shop.placed
      .filter((it) => !ids.has(it.id))
      .map((it) => rowOf({ source: 'page', order: draftOrder(it), stage: it.stage }))
    return [...own.toReversed(), ...listed.map(listedRow)]
  })

  /** What was pushed about an order since the list was read is newer than the list. */
  function listedRow(listed: Listed): OrderRow {
    const shown = shop.order(listed.id)
    if (shown?.source === 'server') return rowOf(shown)
    const { id, placedAt, total, units, status: state, settled } = listed
    return {
      id,
      placedAt,
      total,
      units,
      phase: phaseOfServer({ status: state, settled }),
    }
  }

  async function more(): Promise<void> {
    const before = data.value?.next
    if (!before) return
    const shown = [...older.value, ...(data.value?.orders ?? [])]
    await run(before)
    if (status.value === 'idle') older.value = shown
  }

  return { rows, status, data, load: () => run(), more }
}

function rowOf(shown: ShownOrder): OrderRow {
  const { id, placedAt, total, lines } = shown.order
  const units = lines.reduce((sum, line) => sum + line.quantity, 0)
  return { id, placedAt, total, units, phase: phaseOf(shown) }
}
