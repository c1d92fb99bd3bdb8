/** The routes of the API that are for operators. */
import type {
  AuditReport,
  Breaker,
  BreakerChange,
  BreakerList,
  DeadLetter,
  DeadLetterList,
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
import { ApiProblem, type Ask, ask } from '../../api/client.ts'
import { useOperator } from '../stores/operator.ts'

/** With whatever changes something. */
export type Signed = { by: string; reason: string }

const LONG_MS = 60_000

async function request<Body>(path: string, options: Ask = {}): Promise<Body> {
  const operator = useOperator()
  const { token } = operator
  try {
    const headers = { Authorization: `Bearer ${token ?? ''}` }
    return (await ask<Body>(`/api/ops/${path}`, { ...options, headers })).body
  } catch (thrown) {
    if (thrown instanceof ApiProblem && thrown.code === 'operator-required') operator.refuse(token)
    throw thrown
  }
}

const post = <Body>(path: string, body?: unknown, timeoutMs?: number): Promise<Body> =>
  request<Body>(path, {
    method: 'POST',
    ...(body !== undefined && { body }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  })

function withQuery(path: string, query: Record<string, string | number | undefined>): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}

export type SagaQuery = {
  status?: string | undefined
  startsWith?: string | undefined
  after?: string | undefined
}
export const listSagas = (query: SagaQuery) => request<SagaList>(withQuery('sagas', query))

const sagaPath = (id: string) => `sagas/${encodeURIComponent(id)}`
export const readSaga = (id: string) => request<SagaDetail>(sagaPath(id))

export type Repair =
  | { action: 'retry' | 'skip'; step: string }
  | { action: 'compensate' | 'resume' | 'restore' }

export const repairSaga = (id: string, { action, ...step }: Repair, signed: Signed) =>
  post<SagaDetail>(`${sagaPath(id)}/${action}`, { ...signed, ...step })

export const sendTrace = (id: string) => post<TraceSent>(`${sagaPath(id)}/trace`)

export const listBreakers = async () => (await request<BreakerList>('breakers')).breakers
export const changeBreaker = (domain: string, change: BreakerChange) =>
  request<Breaker>(`breakers/${domain}`, { method: 'PUT', body: change })

export const readRollout = () => request<RolloutView>('rollout')
export const changeRollout = (change: RolloutChangeInput) =>
  request<RolloutView>('rollout', { method: 'PUT', body: change })

export type LetterQuery = { replayed?: 'true' | 'false' | undefined; after?: string | undefined }
export const listLetters = (query: LetterQuery) =>
  request<DeadLetterList>(withQuery('dead-letters', query))
export const replayLetter = (messageId: string, signed: Signed) =>
  post<DeadLetter>(`dead-letters/${encodeURIComponent(messageId)}/replay`, signed)

export type Part = { after?: string | undefined; limit: number }
export const auditPart = (part: Part) =>
  request<AuditReport>(withQuery('audit', part), { timeoutMs: LONG_MS })
export const rebuildPart = (part: Part) => post<RebuildReport>('saga-log/rebuild', part, LONG_MS)
export const sweep = () => post<SweepReport>('sweep', undefined, LONG_MS)
