/** Development only: places a real order, and lets something go wrong for it. */
import { call, delay, race, take } from '@redux-saga/core/effects'
import { ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { OrderRequest, Quote, QuoteRequest } from '../../../worker/api/contract.ts'
import { playScenario, quote } from '../api/shop-api.ts'
import type { CardToken } from '../stores/checkout.ts'
import { useMarket } from '../stores/market.ts'
import { useNotices } from '../stores/notices.ts'
import { useOrders } from '../stores/orders.ts'
import { useSession } from '../stores/session.ts'
import { useShopState } from '../stores/shop-state/store.ts'
import { useSaga } from './use-saga.ts'
import { useWords } from './use-words.ts'

export const SCENARIOS = [
  'card-declined',
  'stock-runs-out',
  'payments-stall',
  'answer-lost',
  'object-killed',
] as const
export type Scenario = (typeof SCENARIOS)[number]

const CARDS: Partial<Record<Scenario, CardToken>> = {
  'card-declined': 'tok_declined',
  'answer-lost': 'tok_lost',
  // Its bank takes 5 s: time to die in.
  'object-killed': 'tok_slow',
}

/** So that the order can be seen to be under way before its object dies. */
const ALIVE_MS = 1_000
const GIVE_UP_MS = 20_000
const POINTS = 100

const SHIP_TO: OrderRequest['shipTo'] = {
  name: 'Grace Hopper',
  line1: '1 Compiler Court',
  city: 'London',
  postalCode: 'SW1A 1AA',
  country: 'GB',
}

export function useScenarios() {
  const { t } = useI18n()
  const router = useRouter()
  const words = useWords()
  const notices = useNotices()
  const session = useSession()
  const orders = useOrders()
  const shop = useShopState()
  const market = useMarket()
  const playing = ref<Scenario | null>(null)

  /** With a coupon and points, if the customer still has any: then there is more to give back. */
  async function priced(): Promise<{ basket: QuoteRequest; answer: Quote }> {
    await session.ensure()
    const product = shop.view.catalog?.products.find((it) => (it.available ?? 0) > 0)
    if (!product) throw new RangeError(t('scenarios.nothing'))
    const basket = {
      currency: market.currency,
      lines: [{ sku: product.sku, quantity: 1 }],
      country: SHIP_TO.country,
    }
    const coupon = shop.view.me?.coupons[0]?.code
    const rich = {
      ...basket,
      ...(coupon !== undefined && { coupon }),
      ...((shop.view.me?.points.available ?? 0) >= POINTS && { points: POINTS }),
    }
    const answer = await quote(rich)
    return answer.problems.length === 0
      ? { basket: rich, answer }
      : { basket, answer: await quote(basket) }
  }

  async function place(scenario: Scenario): Promise<OrderId> {
    const { basket, answer } = await priced()
    const { country: _country, ...rest } = basket
    const request: OrderRequest = {
      ...rest,
      shipTo: SHIP_TO,
      payment: { token: CARDS[scenario] ?? 'tok_visa' },
      expectedTotal: answer.total,
    }
    const id = await orders.submit(request, answer, async (orderId) => {
      if (scenario === 'stock-runs-out' || scenario === 'payments-stall') {
        await playScenario(scenario, orderId)
      }
    })
    await router.push({ name: 'order', params: { id } })
    return id
  }

  function* play({ scenario }: { scenario: Scenario }): Generator<unknown, void, OrderId> {
    playing.value = scenario
    try {
      const id = yield call(place, scenario)
      if (scenario !== 'object-killed') return
      yield race({
        accepted: call(() => shop.$optimistic.outcome(id)),
        late: delay(GIVE_UP_MS),
      })
      yield delay(ALIVE_MS)
      yield call(playScenario, 'object-killed', id)
    } catch (error) {
      const text = error instanceof RangeError ? error.message : words.error(error)
      notices.show({
        title: t('order.notDone'),
        text,
        icon: 'i-lucide-circle-alert',
        isProblem: true,
      })
    } finally {
      playing.value = null
    }
  }

  const { put } = useSaga<{ type: 'play'; scenario: Scenario }>(function* scenes(): Generator<
    unknown,
    void,
    { scenario: Scenario }
  > {
    for (;;) yield call(play, yield take('play'))
  })

  return { playing, play: (scenario: Scenario) => put({ type: 'play', scenario }) }
}
