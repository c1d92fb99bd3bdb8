/**
 * Long work that the API does in parts, as long as somebody looks: each answer says where the next begins. What
 * failed is gone on with from there.
 */
import { onScopeDispose, ref, shallowRef } from 'vue'

export function useWalk() {
  const error = shallowRef<unknown>(null)
  const isRunning = ref(false)
  let rest: (() => Promise<void>) | undefined
  let isLeft = false
  onScopeDispose(() => {
    isLeft = true
  })

  async function walk<Report extends { next: string | null }>(
    part: (after: string | undefined) => Promise<Report>,
    tell: (report: Report) => void,
    from?: string,
  ): Promise<void> {
    let after = from
    error.value = null
    isRunning.value = true
    try {
      do {
        const report = await part(after)
        if (isLeft) return
        tell(report)
        after = report.next ?? undefined
      } while (after !== undefined)
    } catch (thrown) {
      error.value = thrown
      rest = () => walk(part, tell, after)
    } finally {
      isRunning.value = false
    }
  }

  /** After an error. */
  const goOn = () => rest?.()

  return { error, isRunning, walk, goOn }
}
