/**
 * Sagas, the newest first. The first page is asked again and again; what was loaded beyond it stays as it
 * was read.
 */
import { computed, shallowRef, watch } from 'vue'
import type { SagaListing } from '../../../../worker/api/ops/contract.ts'
import { useRequest } from '../../composables/use-request.ts'
import { type SagaQuery, listSagas } from '../api/ops-api.ts'
import { useRefreshed } from './use-refreshed.ts'

const EVERY_MS = 3_000

export type Sought = Pick<SagaQuery, 'status' | 'startsWith'>

export function useSagas(sought: Sought, api = { listSagas }) {
  const first = useRefreshed(
    () => api.listSagas(sought),
    () => EVERY_MS,
  )
  const older = shallowRef<SagaListing[]>([])
  const {
    data,
    error,
    status: loading,
    run,
  } = useRequest((after: string) => api.listSagas({ ...sought, after }))
  watch(data, (page) => {
    if (page) older.value = [...older.value, ...page.sagas]
  })

  const rows = computed<SagaListing[]>(() => {
    const newest = first.data.value?.sagas ?? []
    const ids = new Set(newest.map(({ sagaId }) => sagaId))
    return [...newest, ...older.value.filter(({ sagaId }) => !ids.has(sagaId))]
  })
  /** Of the oldest page that was read. */
  const next = computed(() => (data.value ?? first.data.value)?.next ?? null)

  async function more(): Promise<void> {
    if (next.value !== null) await run(next.value)
  }

  return {
    rows,
    isLoaded: computed(() => first.data.value !== null),
    error: computed(() => first.error.value ?? error.value),
    isLoadingMore: computed(() => loading.value === 'loading'),
    next,
    more,
    refresh: first.refresh,
  }
}
