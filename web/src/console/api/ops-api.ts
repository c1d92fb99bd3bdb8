/** The routes of the API that are for operators. */
import type {
  AuditReport,
  Breaker,
  BreakerChange,
  BreakerList,
  DeadLetter,
  DeadLetterList,
  DomainReminderReport,
  RebuildReport,
  SagaDetail,
  SagaList,
  SweepReport,
  TraceSent,
} from '../../../../worker/api/ops/contract.ts'
import type {
  RolloutChangeInput,
  RolloutView,
} from '../../../../worker/api/ops/rollout-contract.ts'
import { type Signed, askAsOperator, post, putAsSeen, withQuery } from './as-operator.ts'

const LONG_MS = 60_000

export type SagaQuery = {
  status?: string | undefined
  startsWith?: string | undefined
  after?: string | undefined
}
export const listSagas = (query: SagaQuery) => askAsOperator<SagaList>(withQuery('sagas', query))

const sagaPath = (id: string) => `sagas/${encodeURIComponent(id)}`
export const readSaga = (id: string) => askAsOperator<SagaDetail>(sagaPath(id))

export type Repair =
  | { action: 'retry' | 'skip'; step: string }
  | { action: 'compensate' | 'resume' | 'restore' }

export const repairSaga = (id: string, { action, ...step }: Repair, signed: Signed) =>
  post<SagaDetail>(`${sagaPath(id)}/${action}`, { ...signed, ...step })

export const sendTrace = (id: string) => post<TraceSent>(`${sagaPath(id)}/trace`)

export const listBreakers = async () => (await askAsOperator<BreakerList>('breakers')).breakers
export const changeBreaker = (domain: string, change: BreakerChange, etag: string) =>
  putAsSeen<Breaker>(`breakers/${domain}`, change, etag)

export const readRollout = () => askAsOperator<RolloutView>('rollout')
export const changeRollout = (change: RolloutChangeInput, etag: string) =>
  putAsSeen<RolloutView>('rollout', change, etag)

export type LetterQuery = { handled?: 'true' | 'false' | undefined; after?: string | undefined }
export const listLetters = (query: LetterQuery) =>
  askAsOperator<DeadLetterList>(withQuery('dead-letters', query))
export const replayLetter = (messageId: string, signed: Signed) =>
  post<DeadLetter>(`${letterPath(messageId)}/replay`, signed)
export const dismissLetter = (messageId: string, signed: Signed) =>
  post<DeadLetter>(`${letterPath(messageId)}/dismiss`, signed)
const letterPath = (messageId: string) => `dead-letters/${encodeURIComponent(messageId)}`

export type Part = { after?: string | undefined; limit: number }
export const auditPart = (part: Part) =>
  askAsOperator<AuditReport>(withQuery('audit', part), { timeoutMs: LONG_MS })
export const rebuildPart = (part: Part) => post<RebuildReport>('saga-log/rebuild', part, LONG_MS)
export const remindPart = (domain: string, part: Part & { since: string }) =>
  post<DomainReminderReport>(`domains/${domain}/reminders`, part, LONG_MS)
export const sweep = () => post<SweepReport>('sweep', undefined, LONG_MS)
