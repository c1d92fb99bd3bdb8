/** What the shopper can do with an order. It shows at once as on its way; a refusal says why. */
import { onScopeDispose, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { isOrderId } from '../../../durable-objects/core/ids.ts'
import type { OrderView, ShipTo } from '../../../worker/api/contract.ts'
import { type FieldErrors, byField } from '../stores/field-errors.ts'
import { useNotices } from '../stores/notices.ts'
import { isAt } from '../stores/shop-state/definition.ts'
import type { OrderChange, ShopEnded } from '../stores/shop-state/model.ts'
import { useShopState } from '../stores/shop-state/store.ts'
import { addressInLine } from './address-lines.ts'
import { useBasket } from './use-basket.ts'
import { useWords } from './use-words.ts'

/** Operations whose end somebody waits for, be it from a page that was left meanwhile. */
const awaited = new Set<string>()

export function useOrderActions(id: string) {
  const { t } = useI18n()
  const notices = useNotices()
  const words = useWords()
  const shop = useShopState()
  const basket = useBasket()
  const addressErrors = ref<FieldErrors>({})
  const addressProblem = ref<string | null>(null)
  let isHere = true
  onScopeDispose(() => (isHere = false))

  /** How it ended, if it was not accepted. */
  async function run(change: OrderChange): Promise<ShopEnded | null> {
    const operation = crypto.randomUUID()
    awaited.add(operation)
    await shop.$optimistic.submit(operation, change)
    await shop.$optimistic.outcome(operation)
    awaited.delete(operation)
    const ended = shop.optimistic.durable.ended.find((it) => it.operation.id === operation)
    if (ended) void shop.$optimistic.forget(operation)
    return ended ?? null
  }

  const why = (ended: ShopEnded): string =>
    ended.why === 'unanswered'
      ? t('order.changeUnanswered')
      : words.code(ended.refusal.code, ended.refusal.detail ?? ended.refusal.title)

  const tell = (ended: ShopEnded): void =>
    notices.show({
      title: t('order.notDone'),
      text: why(ended),
      icon: 'i-lucide-circle-alert',
      isProblem: true,
    })

  async function runOrTell(kind: 'cancel' | 'return'): Promise<void> {
    if (!isOrderId(id) || isUnderWay(kind)) return
    const ended = await run({ kind, orderId: id })
    if (ended) tell(ended)
  }

  function isUnderWay(kind: OrderChange['kind']): boolean {
    const shown = shop.order(id)
    return shown?.source === 'server' && shown.pending.includes(kind)
  }

  /** `from`: the address that the form was opened with. */
  async function saveAddress(order: OrderView, shipTo: ShipTo, from: ShipTo): Promise<boolean> {
    addressErrors.value = {}
    addressProblem.value = null
    if (!isOrderId(id) || isUnderWay('address')) return false
    if (!isAt(order, from)) {
      addressProblem.value = changedMeanwhile()
      return false
    }
    const after = { epoch: order.epoch, version: order.version }
    const ended = await run({ kind: 'address', orderId: id, after, from, shipTo })
    if (ended === null) {
      notices.show({ title: t('order.addressSaved'), icon: 'i-lucide-check' })
      return true
    }
    if (!isHere) tell(ended)
    const refusal = ended.why === 'refused' ? ended.refusal : null
    addressProblem.value = refusal?.code === 'version-stale' ? changedMeanwhile() : why(ended)
    addressErrors.value = byField(refusal?.errors ?? [])
    return false
  }

  /** By another device of the shopper's. The form hides what the address is now. */
  function changedMeanwhile(): string {
    const shipTo = shop.order(id)?.order.shipTo
    return t('order.addressStale', { address: shipTo ? addressInLine(shipTo) : '' })
  }

  // One that was on its way when the shop was left: nobody waits for it but the shopper.
  watch(
    () => shop.optimistic.durable.ended,
    (all) => {
      for (const ended of all) {
        const { id: operation, payload } = ended.operation
        if (payload.kind === 'place' || payload.orderId !== id || awaited.has(operation)) continue
        tell(ended)
        void shop.$optimistic.forget(operation)
      }
    },
    { immediate: true },
  )

  /** The basket then has them at least; asked for again, it adds nothing. */
  function restore(lines: { sku: string; quantity: number }[]): void {
    for (const { sku, quantity } of lines) {
      const missing = quantity - basket.quantityOf(sku)
      if (missing > 0) void basket.change(sku, missing)
    }
    notices.show({ title: t('order.restored'), icon: 'i-lucide-shopping-bag' })
  }

  return {
    addressErrors,
    addressProblem,
    cancel: () => runOrTell('cancel'),
    giveBack: () => runOrTell('return'),
    sendAgain: () => shop.$optimistic.retry(id),
    saveAddress,
    restore,
  }
}
