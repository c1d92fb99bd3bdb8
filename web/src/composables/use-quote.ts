/**
 * What the basket would cost, asked again a moment after each change.
 *
 * Q1. A quote is current only for the very request that it answers. One that is under way while the
 *     basket changes is shown when it comes, and nobody can order by it.
 */
import { type Ref, computed, onScopeDispose, watch } from 'vue'
import type { QuoteRequest } from '../../../worker/api/contract.ts'
import { quote as askForQuote } from '../api/shop-api.ts'
import { useSession } from '../stores/session.ts'
import { useRetryOnline } from './use-online.ts'
import { useRequest } from './use-request.ts'

const QUIET_MS = 250

export const quoteInSession = (body: QuoteRequest) => useSession().within(() => askForQuote(body))

export function useQuote(request: Ref<QuoteRequest | null>, askShop = quoteInSession) {
  // By content: a new object that says the same asks nothing.
  const key = computed(() => JSON.stringify(request.value))
  const { data, error, status, run } = useRequest(async (body: QuoteRequest, answers: string) => ({
    answers,
    quote: await askShop(body),
  }))
  let timer: ReturnType<typeof setTimeout> | undefined

  function ask(): void {
    clearTimeout(timer)
    if (request.value) void run(request.value, key.value)
  }

  watch(
    key,
    () => {
      clearTimeout(timer)
      timer = setTimeout(ask, data.value ? QUIET_MS : 0)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))
  useRetryOnline(() => status.value === 'failed', ask)

  return {
    quote: computed(() => data.value?.quote ?? null),
    error,
    status,
    isCurrent: computed(() => status.value === 'idle' && data.value?.answers === key.value),
    retry: ask,
  }
}
