/** What the shop's pages know and show. All of it goes through the optimistic protocol. */
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import type { OrderView } from '../../../../worker/api/contract.ts'
import { optimisticState } from '../optimistic/plugin.ts'
import { useLanguage } from '../../composables/use-language.ts'
import { useMarket } from '../market.ts'
import { readsAreStale } from './freshness.ts'
import { forShopper } from './for-shopper.ts'
import { placings } from './model.ts'
import { SHOP_PROTOCOL, snapshotOf } from './send.ts'
import { shownOrder, viewOf } from './view.ts'

export const useShopState = defineStore(
  'shop-state',
  () => {
    const optimistic = optimisticState(SHOP_PROTOCOL)
    const market = useMarket()
    const { language } = useLanguage()
    const view = computed(() =>
      forShopper(viewOf(optimistic.value), {
        currency: market.currency,
        language: language.value.code,
      }),
    )
    const order = (id: string) => shownOrder(optimistic.value, id)
    /** On their way to the server, or there already but not known to this page. */
    const placed = computed(() => placings(optimistic.value.durable.operations))
    /** Not taken, or without an answer. */
    const notPlaced = computed(() =>
      placings(optimistic.value.durable.ended.map((it) => it.operation)),
    )

    /** Grows whenever `me` and the catalogue should be read again. */
    const staleReads = shallowRef(0)
    watch(
      optimistic,
      (after, before) => {
        if (readsAreStale(before, after)) staleReads.value += 1
      },
      { flush: 'sync' },
    )

    return { optimistic, view, order, placed, notPlaced, staleReads }
  },
  { optimistic: SHOP_PROTOCOL },
)

/** Shows an order that the server told of. */
export const seeOrder = (order: OrderView): Promise<void> =>
  useShopState().$optimistic.see(snapshotOf(order))
