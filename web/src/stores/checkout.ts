/** What the shopper has typed and chosen at checkout. UI state only; nothing of the server's. */
import { defineStore } from 'pinia'
import { reactive, ref } from 'vue'
import type { OrderRequest } from '../../../worker/api/contract.ts'
import type { FieldError } from '../api/client.ts'
import { draftOf } from './address-draft.ts'
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

export const useCheckout = defineStore('checkout', () => {
  const shipTo = reactive(draftOf())
  const day = ref<string | null>(null)
  const coupon = ref<string | null>(null)
  const points = ref(0)
  const token = ref<CardToken>('tok_visa')
  /** By the API's field names, `shipTo.city`; from this page or from a refusal. */
  const errors = ref<FieldErrors>({})

  const showErrors = (list: FieldError[]) => {
    errors.value = byField(list)
  }

  const clearErrors = (fields: string[]) => {
    errors.value = withoutFields(errors.value, fields)
  }

  /** Back to where a refused order was made, with what was wrong at its fields. */
  function refill(request: OrderRequest, list: FieldError[]): void {
    Object.assign(shipTo, draftOf(request.shipTo))
    day.value = request.delivery?.day ?? null
    coupon.value = request.coupon ?? null
    points.value = request.points ?? 0
    token.value = request.payment.token
    showErrors(list)
  }

  /** The next order starts without savings, but to the same address. */
  function spend(): void {
    coupon.value = null
    points.value = 0
    errors.value = {}
  }

  return { shipTo, day, coupon, points, token, errors, showErrors, clearErrors, refill, spend }
})
