/** Long work that the API does in parts, as long as somebody looks: each answer says where the next begins. */
import { onScopeDispose } from 'vue'

export function useParts() {
  let isLeft = false
  onScopeDispose(() => {
    isLeft = true
  })

  return async function inParts<Report extends { next: string | null }>(
    part: (after: string | undefined) => Promise<Report>,
    tell: (report: Report) => void,
  ): Promise<void> {
    let after: string | undefined
    do {
      const report = await part(after)
      if (isLeft) return
      tell(report)
      after = report.next ?? undefined
    } while (after !== undefined)
  }
}
