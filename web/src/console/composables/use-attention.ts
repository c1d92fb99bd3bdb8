/** What on the console's pages wants to be looked at, so that it is seen from any of them. */
import { computed } from 'vue'
import { listBreakers, listLetters, listSagas } from '../api/ops-api.ts'
import { useRefreshed } from './use-refreshed.ts'

const EVERY_MS = 15_000

/** `isMore`: there are more than were counted. */
type Count = { count: number; isMore: boolean }
export type Attention = { sagas: Count; domains: Count; letters: Count }

async function look(): Promise<Attention> {
  const [parked, breakers, letters] = await Promise.all([
    listSagas({ status: 'parked' }),
    listBreakers(),
    listLetters({ handled: 'false' }),
  ])
  return {
    sagas: { count: parked.sagas.length, isMore: parked.next !== null },
    domains: { count: breakers.filter((it) => it.state !== 'closed').length, isMore: false },
    letters: { count: letters.letters.length, isMore: letters.next !== null },
  }
}

export function useAttention(read = look) {
  // While the shop does not answer, what was so stays; the pages say that it does not.
  const { data, refresh } = useRefreshed(read, EVERY_MS)
  /** By page; none where there is nothing. */
  const attention = computed(() =>
    Object.fromEntries(
      Object.entries(data.value ?? {})
        .filter(([, { count }]) => count > 0)
        .map(([page, { count, isMore }]) => [page, isMore ? `${count}+` : String(count)]),
    ),
  )
  return { attention, refresh }
}
