/** The words that are searched for. They stand in the address, so that a search can be sent on. */
import { onScopeDispose, ref, watch } from 'vue'
import { useRoute, useRouter } from 'vue-router'
import { focusHeading } from './focus.ts'
import { textOf } from './query-text.ts'

const QUIET_MS = 200
export const WORDS_LENGTH_MAX = 80

export function useSearchWords() {
  const route = useRoute()
  const router = useRouter()
  const asked = () => (route.name === 'search' ? textOf(route.query['q']) : '')
  const words = ref(asked())
  let timer: ReturnType<typeof setTimeout> | undefined

  const place = () => {
    const q = words.value.trim()
    return { name: 'search', query: q === '' ? {} : { q } }
  }

  /** Also from elsewhere in the shop. */
  async function search(): Promise<void> {
    clearTimeout(timer)
    if (route.name !== 'search') return void (await router.push(place()))
    await router.replace(place())
    // The keyboard of a phone goes, and the results are read.
    focusHeading()
  }

  /** On the page of results they follow what is typed. */
  function typed(): void {
    clearTimeout(timer)
    if (route.name !== 'search') return
    timer = setTimeout(() => void router.replace(place()), QUIET_MS)
  }

  watch(asked, (now) => {
    if (now !== words.value.trim()) words.value = now
  })
  onScopeDispose(() => clearTimeout(timer))

  return { words, search, typed }
}
