/**
 * What the API says, asked again and again while somebody looks: the next question follows the answer
 * before it by `everyMs`, and a window that is not seen asks nothing.
 */
import { type MaybeRefOrGetter, onScopeDispose, toValue } from 'vue'
import { useRequest } from '../../composables/use-request.ts'

export function useRefreshed<Output>(
  read: () => Promise<Output>,
  everyMs: MaybeRefOrGetter<number>,
) {
  const { data, error, status, run } = useRequest(read)
  let timer: ReturnType<typeof setTimeout> | undefined
  let isOver = false

  async function refresh(): Promise<void> {
    clearTimeout(timer)
    await run()
    if (isOver || document.hidden) return
    clearTimeout(timer)
    timer = setTimeout(() => void refresh(), toValue(everyMs))
  }

  const seen = (): void => {
    if (!document.hidden) void refresh()
  }
  document.addEventListener('visibilitychange', seen)
  onScopeDispose(() => {
    isOver = true
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', seen)
  })
  void refresh()
  return { data, error, status, refresh }
}
