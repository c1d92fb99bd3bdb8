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

/** In the order of the list: by age, and by id among those of one millisecond. */
const isOlder = (one: SagaListing, other: SagaListing): boolean =>
  one.startedAt === other.startedAt ? one.sagaId < other.sagaId : one.startedAt < other.startedAt

export function useSagas(sought: Sought, api = { listSagas }) {
  const first = useRefreshed(() => api.listSagas(sought), EVERY_MS)
  /** Beyond the first page, as far as it was wanted. */
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
  // What a newer first page has pushed out stays, where it would be missing between that and what is below.
  watch(first.data, (now, before) => {
    const last = now?.sagas.at(-1)
    const isMoreWanted = older.value.length > 0 || loading.value === 'loading'
    const known = isMoreWanted ? [...(before?.sagas ?? []), ...older.value] : []
    older.value = known.filter((saga) => last !== undefined && isOlder(saga, last))
  })

  const rows = computed<SagaListing[]>(() => [...(first.data.value?.sagas ?? []), ...older.value])
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
