/**
 * One order with its sagas, asked again while anything moves; and the moment of it that is looked at: the
 * newest one, or one that was chosen.
 */
import { computed, ref } from 'vue'
import type { SagaDetail } from '../../../../worker/api/ops/contract.ts'
import type { Signed } from '../api/as-operator.ts'
import { type Repair, readSaga, repairSaga } from '../api/ops-api.ts'
import { momentsOf } from './history.ts'
import { useRefreshed } from './use-refreshed.ts'

const MOVING_EVERY_MS = 1_500
/** Settled, or parked: it may have thousands of transitions, and nothing becomes of it so soon. */
const RESTING_EVERY_MS = 10_000

const isAtRest = ({ status }: SagaDetail['sagas'][number]): boolean =>
  ['parked', 'completed', 'compensated'].includes(status)

export function useSagaDetail(id: string) {
  const {
    data: detail,
    error,
    refresh,
  } = useRefreshed(
    () => readSaga(id),
    (): number => (detail.value?.sagas.every(isAtRest) ? RESTING_EVERY_MS : MOVING_EVERY_MS),
  )

  const moments = computed(() => (detail.value ? momentsOf(detail.value) : []))
  /** Null: always the newest. */
  const chosenSeq = ref<number | null>(null)
  const seq = computed({
    get: () => chosenSeq.value ?? moments.value.length,
    set: (wanted) => {
      chosenSeq.value = wanted >= moments.value.length ? null : wanted
    },
  })
  const newest = computed(() => moments.value.at(-1) ?? null)

  /** Its answer is how things stand right after; a refusal says that they stand otherwise than shown. */
  async function repair(sagaId: string, what: Repair, signed: Signed): Promise<void> {
    try {
      detail.value = await repairSaga(sagaId, what, signed)
    } finally {
      void refresh()
    }
  }

  return { detail, error, refresh, moments, seq, newest, repair }
}
