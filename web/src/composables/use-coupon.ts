/** Tries a coupon on the basket before it is used; the answer is shown where it was typed. */
import { type Ref, computed, shallowRef } from 'vue'
import { useI18n } from 'vue-i18n'
import type { QuoteRequest } from '../../../worker/api/contract.ts'
import { useCheckout } from '../stores/checkout.ts'
import { useMoney } from './use-money.ts'
import { quoteInSession } from './use-quote.ts'
import { useRequest } from './use-request.ts'
import { useWords } from './use-words.ts'

export function useCoupon(basket: Ref<QuoteRequest | null>) {
  const { t } = useI18n()
  const { money } = useMoney()
  const words = useWords()
  const checkout = useCheckout()
  const { data, error, status, run } = useRequest(quoteInSession)
  /** What it takes off depends on what is bought, and in which currency. */
  const goods = computed(() => JSON.stringify([basket.value?.currency, basket.value?.lines]))
  const tried = shallowRef<{ code: string; goods: string } | null>(null)

  async function attempt(code: string): Promise<void> {
    if (!basket.value) return
    tried.value = { code, goods: goods.value }
    // Without points: they are cut to what is left to pay once the coupon counts.
    const { points: _points, ...rest } = basket.value
    await run({ ...rest, coupon: code })
    if (status.value === 'idle' && tried.value?.code === code && !problem.value)
      checkout.coupon = code
  }

  function clear(): void {
    tried.value = null
    checkout.coupon = null
  }

  const problem = computed(() => data.value?.problems.find((it) => it.field === 'coupon') ?? null)
  const note = computed(() => {
    if (tried.value?.goods !== goods.value || status.value === 'loading') return null
    if (status.value === 'failed') return { text: words.error(error.value), isError: true }
    if (problem.value) {
      return { text: words.code(problem.value.code, problem.value.title), isError: true }
    }
    const amount = data.value ? money(data.value.discount) : ''
    return { text: t('checkout.codeApplied', { code: tried.value.code, amount }), isError: false }
  })

  return { attempt, clear, note, isChecking: computed(() => status.value === 'loading') }
}
