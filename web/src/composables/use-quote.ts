/** What the basket would cost, asked again a moment after each change. */
import { type Ref, computed, onScopeDispose, ref, watch } from 'vue'
import type { QuoteRequest } from '../../../worker/api/contract.ts'
import { quote } from '../api/shop-api.ts'
import { useRequest } from './use-request.ts'

const QUIET_MS = 250

export function useQuote(request: Ref<QuoteRequest | null>) {
  const { data, error, status, run } = useRequest(quote)
  /** False from a change until its quote is there: then the total on the page is an old one. */
  const isCurrent = ref(false)
  let timer: ReturnType<typeof setTimeout> | undefined

  function ask(): void {
    clearTimeout(timer)
    const body = request.value
    if (!body) return
    void run(body).then(() => {
      isCurrent.value = status.value === 'idle'
    })
  }

  watch(
    // By content: a new object that says the same asks nothing.
    () => JSON.stringify(request.value),
    () => {
      isCurrent.value = false
      clearTimeout(timer)
      timer = setTimeout(ask, data.value ? QUIET_MS : 0)
    },
    { immediate: true },
  )
  onScopeDispose(() => clearTimeout(timer))

  return { quote: data, error, status, isCurrent: computed(() => isCurrent.value), retry: ask }
}
