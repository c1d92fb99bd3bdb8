/** The days of the chosen country, and the first free one chosen unless another is. */
import { type Ref, computed, watch } from 'vue'
import { readDeliveryDays } from '../api/shop-api.ts'
import { useRetryOnline } from './use-online.ts'
import { useRequest } from './use-request.ts'

export function useDeliveryDays(country: Ref<string>, day: Ref<string | null>) {
  const { data, status, run } = useRequest(readDeliveryDays)
  /** Null while the days on hand are another country's. */
  const days = computed(() => (data.value?.country === country.value ? data.value.days : null))

  const load = () => {
    if (country.value) void run(country.value)
  }
  watch(country, load, { immediate: true })
  useRetryOnline(() => status.value === 'failed', load)
  watch(days, (list) => {
    if (list === null || list.some((it) => it.day === day.value && it.available > 0)) return
    day.value = list.find((it) => it.available > 0)?.day ?? null
  })

  return { days, status, load }
}
