/** What cron does by itself, and what an operator may want at once: the sweep, and D1's log made whole. */
import { ref, shallowRef } from 'vue'
import type { RebuildReport, SweepReport } from '../../../../worker/api/ops/contract.ts'
import { rebuildPart, sweep } from '../api/ops-api.ts'
import { useParts } from './use-parts.ts'

const PART_ORDERS = 100

export function useUpkeep() {
  const swept = shallowRef<SweepReport | null>(null)
  const rebuilt = shallowRef<RebuildReport | null>(null)
  const error = shallowRef<unknown>(null)
  const running = ref<'sweep' | 'rebuild' | null>(null)
  let last: 'sweep' | 'rebuild' = 'sweep'
  const inParts = useParts()

  async function run(what: 'sweep' | 'rebuild', work: () => Promise<void>): Promise<void> {
    error.value = null
    running.value = what
    last = what
    try {
      await work()
    } catch (thrown) {
      error.value = thrown
    } finally {
      running.value = null
    }
  }

  const runSweep = () =>
    run('sweep', async () => {
      swept.value = await sweep()
    })

  const runRebuild = () =>
    run('rebuild', () => {
      rebuilt.value = null
      return inParts(
        (after) => rebuildPart({ after, limit: PART_ORDERS }),
        ({ poked, failed, next }) => {
          const before = rebuilt.value ?? { poked: 0, failed: 0 }
          rebuilt.value = { poked: before.poked + poked, failed: before.failed + failed, next }
        },
      )
    })

  const retry = () => (last === 'sweep' ? runSweep() : runRebuild())

  return { swept, rebuilt, error, running, runSweep, runRebuild, retry }
}
