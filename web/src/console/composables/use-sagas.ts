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

export function useSagas(status: () => string | undefined, api = { listSagas }) {
  const first = useRefreshed(
    () => api.listSagas({ status: status() }),
    () => EVERY_MS,
  )
  const older = shallowRef<SagaListing[]>([])
  /** Null: there are no more. Undefined: no more than the first page was asked for. */
  const after = shallowRef<string | null | undefined>(undefined)
  const {
    data,
    error,
    status: loading,
    run,
  } = useRequest(async (query: SagaQuery) => ({
    query,
    page: await api.listSagas(query),
  }))
  watch(data, (read) => {
    // Of another status than is looked at by now it comes too late.
    if (!read || read.query.status !== status()) return
    older.value = [...older.value, ...read.page.sagas]
    after.value = read.page.next
  })

  const rows = computed<SagaListing[]>(() => {
    const newest = first.data.value?.sagas ?? []
    const ids = new Set(newest.map(({ sagaId }) => sagaId))
    return [...newest, ...older.value.filter(({ sagaId }) => !ids.has(sagaId))]
  })
  const next = computed(() =>
    after.value === undefined ? (first.data.value?.next ?? null) : after.value,
  )

  async function more(): Promise<void> {
    if (next.value !== null) await run({ status: status(), after: next.value })
  }

  /** From the newest one on, as at first. */
  function startAgain(): void {
    first.data.value = null
    older.value = []
    after.value = undefined
    void first.refresh()
  }
  watch(status, startAgain)

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
