/** What cron does by itself, and what an operator may want at once: the sweep, and D1's log made whole. */
import { computed, ref, shallowRef } from 'vue'
import type { RebuildReport, SweepReport } from '../../../../worker/api/ops/contract.ts'
import { rebuildPart, sweep } from '../api/ops-api.ts'
import { useWalk } from './use-walk.ts'

const PART_ORDERS = 100

export function useUpkeep() {
  const swept = shallowRef<SweepReport | null>(null)
  const rebuilt = shallowRef<RebuildReport | null>(null)
  const { error, isRunning, walk, goOn } = useWalk()
  const last = ref<'sweep' | 'rebuild'>('sweep')

  function runSweep(): Promise<void> {
    last.value = 'sweep'
    return walk(
      async () => ({ report: await sweep(), next: null }),
      ({ report }) => {
        swept.value = report
      },
    )
  }

  function runRebuild(): Promise<void> {
    last.value = 'rebuild'
    rebuilt.value = null
    return walk(
      (after) => rebuildPart({ after, limit: PART_ORDERS }),
      ({ poked, failed, next }) => {
        const before = rebuilt.value ?? { poked: 0, failed: 0 }
        rebuilt.value = { poked: before.poked + poked, failed: before.failed + failed, next }
      },
    )
  }

  const running = computed(() => (isRunning.value ? last.value : null))

  return { swept, rebuilt, error, running, runSweep, runRebuild, goOn }
}
