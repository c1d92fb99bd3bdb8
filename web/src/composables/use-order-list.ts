/**
 * The shopper's orders, newest first: those that the server lists, and those that only this browser
 * knows of. What still moves is asked for at its object, because the list is read from the saga log,
 * which is a little behind.
 */
import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue'
import { type OrderId, isOrderId } from '../../../durable-objects/core/ids.ts'
import type { OrderList } from '../../../worker/api/contract.ts'
import { etagOf } from '../../../worker/api/order-version.ts'
import { listOrders, readOrder } from '../api/shop-api.ts'
import { useSession } from '../stores/session.ts'
import { seeOrder, useShopState } from '../stores/shop-state/store.ts'
import type { ShownOrder } from '../stores/shop-state/view.ts'
import { askAgain } from './order-channels/questions.ts'
import { type Phase, isMoving, phaseOf, phaseOfServer } from './order-phase.ts'
import { useRetryOnline } from './use-online.ts'
import { useRequest } from './use-request.ts'

const ASKED_AT_ONCE_MAX = 6

type Listed = OrderList['orders'][number]
export type OrderRow = Pick<Listed, 'id' | 'placedAt' | 'total' | 'units'> & { phase: Phase }

export function useOrderList(api = { listOrders, readOrder }) {
  const shop = useShopState()
  const session = useSession()
  const listed = shallowRef<Listed[]>([])
  const { data, status, run } = useRequest(async (before?: string) => ({
    before,
    page: await session.within(() => api.listOrders(before)),
  }))
  watch(data, (read) => {
    if (read) listed.value = [...(read.before ? listed.value : []), ...read.page.orders]
  })
  const next = computed(() => data.value?.page.next)

  /** By id. They stay when the page has no more to do for them: the list was read before. */
  const own = ref(new Set<string>())
  watch(
    () => [...shop.placed, ...shop.notPlaced].map(({ id }) => id),
    (ids) => (own.value = new Set([...own.value, ...ids])),
    { immediate: true },
  )

  const rows = computed<OrderRow[]>(() => {
    const ids = new Set<string>(listed.value.map((it) => it.id))
    const unlisted = [...own.value].flatMap((id) => (ids.has(id) ? [] : (shop.order(id) ?? [])))
    const known = unlisted.filter((it) => it.source !== 'page').map(rowOf)
    return [
      // First, whatever this browser's clock says: the server will take them later than all others.
      ...unlisted
        .filter((it) => it.source === 'page')
        .map(rowOf)
        .toSorted(newestFirst),
      ...[...known, ...listed.value.map(listedRow)].toSorted(newestFirst),
    ]
  })

  function listedRow({ id, placedAt, total, units, status: state, settled }: Listed): OrderRow {
    const shown = shop.order(id)
    return shown?.source === 'server'
      ? rowOf(shown)
      : { id, placedAt, total, units, phase: phaseOfServer({ status: state, settled }) }
  }

  const moving = computed(() => rows.value.flatMap((it) => (isMoving(it.phase) ? [it.id] : [])))
  let turn = 0
  const questions = askAgain(async () => {
    const ids = moving.value.filter(isOrderId)
    // By turns: those that stand still must not keep the others from being asked.
    const from = turn % Math.max(1, ids.length)
    const asked = [...ids.slice(from), ...ids.slice(0, from)].slice(0, ASKED_AT_ONCE_MAX)
    turn += ASKED_AT_ONCE_MAX
    const looked = await Promise.allSettled(asked.map(look))
    return looked.some((it) => it.status === 'fulfilled' && it.value)
  }, Math.random)

  /** Tells whether there was something new. */
  async function look(id: OrderId): Promise<boolean> {
    const shown = shop.order(id)
    const etag = shown?.source === 'server' ? etagOf(shown.order) : undefined
    const found = await session.within(() => api.readOrder(id, etag))
    if (found) await seeOrder(found.order)
    return found !== null
  }

  watch(
    () => moving.value.length > 0,
    (isAny) => {
      if (!isAny) return questions.stop()
      questions.start()
      questions.hurry()
    },
    { immediate: true },
  )
  onScopeDispose(() => questions.stop())

  const load = () => run()
  const more = () => (next.value ? run(next.value) : Promise.resolve())
  const retry = () => (data.value ? more() : load())
  useRetryOnline(() => status.value === 'failed', retry)

  return { rows, status, isLoaded: computed(() => data.value !== null), next, load, more, retry }
}

const newestFirst = (one: OrderRow, other: OrderRow): number =>
  other.placedAt.localeCompare(one.placedAt)

function rowOf(shown: ShownOrder): OrderRow {
  const { id, placedAt, total, lines } = shown.order
  const units = lines.reduce((sum, line) => sum + line.quantity, 0)
  return { id, placedAt, total, units, phase: phaseOf(shown) }
}
