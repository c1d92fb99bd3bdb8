/**
 * From the click on "Place order" to the order's page. Who leaves the checkout in the middle is not
 * taken to the order; what had been submitted by then is on its way all the same.
 */
import { call, take } from '@redux-saga/core/effects'
import { type Ref, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { Quote, QuoteRequest } from '../../../worker/api/contract.ts'
import { addressOf } from '../stores/address-draft.ts'
import { useCheckout } from '../stores/checkout.ts'
import { useOrders } from '../stores/orders.ts'
import { useAddressErrors } from './use-address-errors.ts'
import { useSaga } from './use-saga.ts'
import { useWords } from './use-words.ts'

type Place = { type: 'place'; quote: Quote; basket: QuoteRequest }

/** `showErrors` leads the shopper to the first field that is not right yet. */
export function usePlacing(showErrors: () => Promise<void>) {
  const { t, locale } = useI18n()
  const router = useRouter()
  const words = useWords()
  const checkout = useCheckout()
  const addressErrors = useAddressErrors()
  const orders = useOrders()
  const isPlacing = ref(false)
  const failure = ref('')

  function isComplete(): boolean {
    const errors = addressErrors(checkout.shipTo)
    checkout.showErrors(errors)
    return errors.length === 0
  }

  // What is said at a field is said in the language that is chosen now.
  watch(locale, () => {
    const said = addressErrors(checkout.shipTo).filter(({ field }) => field in checkout.errors)
    checkout.showErrors(said)
  })

  function submit({ quote, basket }: Place): Promise<OrderId> {
    const { country: _country, ...rest } = basket
    const request = {
      ...rest,
      shipTo: addressOf(checkout.shipTo),
      payment: { token: checkout.token },
      expectedTotal: quote.total,
    }
    return orders.submit(request, quote)
  }

  function* place(action: Place): Generator<unknown, void, OrderId> {
    isPlacing.value = true
    failure.value = ''
    try {
      const id = yield call(submit, action)
      checkout.spend()
      // On its way, whether or not its page can be had: that, the router tells of.
      yield call(() => router.push({ name: 'order', params: { id } }).catch(() => {}))
    } catch (error) {
      // Only without a session: nothing was stored, nothing was sent.
      failure.value = t('checkout.couldNotPlace', { reason: words.error(error) })
    } finally {
      isPlacing.value = false
    }
  }

  const { put } = useSaga<Place>(function* checkingOut(): Generator<unknown, void, Place> {
    for (;;) {
      const action = yield take('place')
      if (isComplete()) yield call(place, action)
      else yield call(showErrors)
    }
  })

  return {
    /** While an order is being placed, another click does nothing. */
    place: (quote: Quote, basket: QuoteRequest) => put({ type: 'place', quote, basket }),
    isPlacing: isPlacing as Readonly<Ref<boolean>>,
    failure,
  }
}
