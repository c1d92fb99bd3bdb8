/**
 * A long list, the newest first. Its first page is asked again and again; what was loaded beyond it stays as
 * it was read.
 */
import { computed, shallowRef, watch } from 'vue'
import { useRequest } from '../../composables/use-request.ts'
import { useRefreshed } from './use-refreshed.ts'

/** `next`: what the page after this one is asked by; null where there is none. */
export type Page<Row> = { rows: readonly Row[]; next: string | null }

type Options<Row> = {
  everyMs: number
  /** In the order of the list. */
  isOlder: (one: Row, other: Row) => boolean
}

export function useNewest<Row>(
  read: (after?: string) => Promise<Page<Row>>,
  { everyMs, isOlder }: Options<Row>,
) {
  const first = useRefreshed(() => read(), everyMs)
  /** Beyond the first page, as far as it was wanted. */
  const older = shallowRef<readonly Row[]>([])
  const { data, error, status, run } = useRequest(read)
  watch(data, (page) => {
    if (page) older.value = [...older.value, ...page.rows]
  })
  watch(first.data, (now, before) => {
    if (now?.next === null) {
      // The list has become so short that this is all of it.
      older.value = []
      data.value = null
      return
    }
    // What a newer first page has pushed out stays, where it would be missing between that and what is below.
    const last = now?.rows.at(-1)
    const isMoreWanted = older.value.length > 0 || status.value === 'loading'
    const known = isMoreWanted ? [...(before?.rows ?? []), ...older.value] : []
    older.value = known.filter((row) => last !== undefined && isOlder(row, last))
  })

  const rows = computed<readonly Row[]>(() => [...(first.data.value?.rows ?? []), ...older.value])
  /** Of the oldest page that was read. */
  const next = computed(() => (data.value ?? first.data.value)?.next ?? null)

  async function more(): Promise<void> {
    if (next.value !== null) await run(next.value)
  }

  /** Whichever did not come: the newest page, or the one below what is shown. */
  async function retry(): Promise<void> {
    await (first.error.value === null && error.value !== null ? more() : first.refresh())
  }

  /** A row that was changed here: the first page is asked again, what is beyond it is not. */
  async function changed(row: Row): Promise<void> {
    older.value = older.value.map((it) => (isOlder(it, row) || isOlder(row, it) ? it : row))
    await first.refresh()
  }

  return {
    rows,
    isLoaded: computed(() => first.data.value !== null),
    error: computed(() => first.error.value ?? error.value),
    isLoadingMore: computed(() => status.value === 'loading'),
    next,
    more,
    retry,
    changed,
    refresh: first.refresh,
  }
}
