/**
 * What the shopper has typed and chosen at checkout. UI state only; nothing of the server's. It survives a
 * reload of its tab, because a phone drops the pages of tabs that nobody looks at.
 */
import { defineStore } from 'pinia'
import { reactive, ref, watch } from 'vue'
import type { OrderRequest } from '../../../worker/api/contract.ts'
import type { FieldError } from '../api/client.ts'
import { tabMemory } from '../composables/memory.ts'
import { type AddressDraft, draftOf } from './address-draft.ts'
import { type FieldErrors, byField, withoutFields } from './field-errors.ts'

export type CardToken = OrderRequest['payment']['token']

/** Where the shop delivers. */
export const COUNTRIES = [
  'US',
  'CA',
  'MX',
  'GB',
  'DE',
  'FR',
  'ES',
  'NL',
  'IS',
  'JP',
  'CN',
  'AE',
  'SA',
] as const

export const CARD_CHOICES: CardToken[] = ['tok_visa', 'tok_declined', 'tok_slow', 'tok_lost']

/** Another shape is to have another key. */
const KEY = 'edge-saga.checkout'

type Form = {
  shipTo: AddressDraft
  day: string | null
  coupon: string | null
  points: number
  token: CardToken
}

const EMPTY: Form = { shipTo: draftOf(), day: null, coupon: null, points: 0, token: 'tok_visa' }

/** Whatever else lies there is no form: without one the checkout begins empty. */
function keptForm(): Form {
  try {
    const kept: unknown = JSON.parse(tabMemory.read(KEY) ?? 'null')
    return isForm(kept) ? { ...kept, shipTo: draftOf(kept.shipTo) } : EMPTY
  } catch {
    return EMPTY
  }
}

const isForm = (kept: unknown): kept is Form =>
  typeof kept === 'object' &&
  kept !== null &&
  'shipTo' in kept &&
  kept.shipTo instanceof Object &&
  'points' in kept &&
  Number.isInteger(kept.points) &&
  'token' in kept &&
  CARD_CHOICES.some((it) => it === kept.token)

export const useCheckout = defineStore('checkout', () => {
  const form = keptForm()
  const shipTo = reactive({ ...form.shipTo })
  const day = ref(form.day)
  const coupon = ref(form.coupon)
  const points = ref(form.points)
  const token = ref(form.token)
  watch(
    (): Form => ({
      shipTo: { ...shipTo },
      day: day.value,
      coupon: coupon.value,
      points: points.value,
      token: token.value,
    }),
    (now) => tabMemory.write(KEY, JSON.stringify(now)),
  )
  /** By the API's field names, `shipTo.city`; from this page or from a refusal. */
  const errors = ref<FieldErrors>({})

  const showErrors = (list: FieldError[]) => {
    errors.value = byField(list)
  }

  const clearErrors = (fields: string[]) => {
    errors.value = withoutFields(errors.value, fields)
  }

  /** Back to where a refused order was made, with what was wrong with its address; the rest a quote tells. */
  function refill(request: OrderRequest, list: FieldError[]): void {
    Object.assign(shipTo, draftOf(request.shipTo))
    day.value = request.delivery?.day ?? null
    coupon.value = request.coupon ?? null
    points.value = request.points ?? 0
    token.value = request.payment.token
    showErrors(list.filter(({ field }) => field.startsWith('shipTo.')))
  }

  /** The next order starts without savings, but to the same address. */
  function spend(): void {
    coupon.value = null
    points.value = 0
    errors.value = {}
  }

  return { shipTo, day, coupon, points, token, errors, showErrors, clearErrors, refill, spend }
})
