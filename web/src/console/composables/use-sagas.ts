/** Sagas, the newest first. */
import type { SagaListing } from '../../../../worker/api/ops/contract.ts'
import { type SagaQuery, listSagas } from '../api/ops-api.ts'
import { useNewest } from './use-newest.ts'

const EVERY_MS = 3_000

export type Sought = Pick<SagaQuery, 'status' | 'startsWith'>

/** In the order of the list: by age, and by id among those of one millisecond. */
const isOlder = (one: SagaListing, other: SagaListing): boolean =>
  one.startedAt === other.startedAt ? one.sagaId < other.sagaId : one.startedAt < other.startedAt

export function useSagas(sought: Sought, api = { listSagas }) {
  async function read(after?: string) {
    const { sagas, next } = await api.listSagas({ ...sought, after })
    return { rows: sagas, next }
  }
  return useNewest(read, { everyMs: EVERY_MS, isOlder })
}
