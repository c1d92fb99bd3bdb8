/** The order in which sagas are listed, and the place of a page in it. */
import { type SQL, desc, sql } from 'drizzle-orm'
import { sagaInstance } from '../saga-log/schema.ts'

/** By age, and by id among those of one millisecond. */
export const newestFirst = [desc(sagaInstance.startedAtMs), desc(sagaInstance.sagaId)]

/** The same, where few are found: sorted once they are, instead of looked for among all. */
export const fewNewestFirst = [
  sql`+${sagaInstance.startedAtMs} desc`,
  sql`+${sagaInstance.sagaId} desc`,
]

/** What comes after this saga in that order; nothing, where there is no such saga. */
export const isOlderThan = (sagaId: string): SQL => sql`
  (${sagaInstance.startedAtMs}, ${sagaInstance.sagaId}) < ${placeOf(sagaId)}`

/** The same, where few are found. */
export const isOfFewOlderThan = (sagaId: string): SQL => sql`
  (+${sagaInstance.startedAtMs}, +${sagaInstance.sagaId}) < ${placeOf(sagaId)}`

const placeOf = (sagaId: string): SQL => sql`
  (select started_at_ms, saga_id from saga_instance where saga_id = ${sagaId})`
