/** What changes nothing of an order needs no reason: it is done at once, and a notice says what came of it. */
import { useNotices } from '../../stores/notices.ts'
import { useProblem } from './use-problem.ts'

export function useErrand() {
  const notices = useNotices()
  const problemOf = useProblem()

  /** `done`: what the notice then says. */
  return async function run(errand: () => Promise<unknown>, done: string): Promise<void> {
    try {
      await errand()
      notices.show({ title: done, icon: 'i-lucide-check' })
    } catch (thrown) {
      notices.show({ title: problemOf(thrown), icon: 'i-lucide-triangle-alert', isProblem: true })
    }
  }
}
