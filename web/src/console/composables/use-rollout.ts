/** Which version of the saga new orders begin on, and changing it. */
import { useI18n } from 'vue-i18n'
import type { RolloutView } from '../../../../worker/api/ops/rollout-contract.ts'
import { changeRollout, readRollout } from '../api/ops-api.ts'
import { useIntent } from '../stores/intent.ts'
import { useRefreshed } from './use-refreshed.ts'

const EVERY_MS = 5_000

export type Wanted = {
  stable: number
  candidate: number | null
  percent: number
  automatic: boolean
}

/** What kind of change it is, which is what the dialog has words for. */
function kindOf({ stable, candidate, automatic }: Wanted, now: Pick<RolloutView, 'stable'>) {
  if (candidate === null) return stable === now.stable ? 'back' : 'promote'
  return automatic ? 'canary' : 'share'
}

export function useRollout() {
  const { t, n } = useI18n()
  const intent = useIntent()
  const { data: rollout, error, refresh } = useRefreshed(readRollout, EVERY_MS)

  function change(wanted: Wanted): void {
    if (rollout.value === null) return
    const { etag } = rollout.value
    const kind = kindOf(wanted, rollout.value)
    const { stable, candidate, percent } = wanted
    intent.propose({
      title: t(`console.rolloutTo.${kind}.title`, {
        version: candidate ?? stable,
        percent: n(percent),
      }),
      text: t(`console.rolloutTo.${kind}.text`),
      action: t(`console.rolloutTo.${kind}.action`),
      carryOut: async (signed) => {
        try {
          rollout.value = await changeRollout({ ...signed, ...wanted }, etag)
        } finally {
          void refresh()
        }
      },
    })
  }

  return { rollout, error, refresh, change }
}
