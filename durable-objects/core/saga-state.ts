/** What the fold over a saga's events knows, and what follows from it. */
import type { ParkReason, PlannedStep } from './events.ts'
import type { DefinitionRef, Direction, Json, Mode } from './messages.ts'
import type { SagaId } from './ids.ts'

/** A command under way: sent and unanswered, or waiting for its next attempt. */
export type UnderWay = {
  attempt: number
  mode: Mode
  awaiting: 'reply' | 'retry'
  dueAtMs: number
  /** Why the last attempt did not settle it. */
  code?: string
}

export type StepStatus =
  | { status: 'waiting' }
  | ({ status: 'started' } & UnderWay)
  | { status: 'succeeded'; output?: Json }
  | { status: 'rejected'; code: string }
  | ({ status: 'compensating' } & UnderWay)
  | { status: 'compensated' }
  | {
      status: 'parked'
      direction: Direction
      reason: ParkReason
      attempt: number
      mode: Mode
      code: string
      dueAtMs: number | null
    }

export type StepState = StepStatus & {
  plan: PlannedStep
  startedAtMs: number | null
  endedAtMs: number | null
}

export type SagaState = {
  sagaId: SagaId
  definition: DefinitionRef
  phase: 'running' | 'compensating' | 'completed' | 'compensated'
  /** In the definition's order. */
  steps: ReadonlyMap<string, StepState>
  startedAtMs: number
  endedAtMs: number | null
  forwardDeadlineAtMs: number
  deadlineAtMs: number
  traceparent: string
  failure: { code: string; step?: string } | null
  recordedReplies: number
  /** An event type that this code does not know: nothing is decided until newer code reads it. */
  unreadable: string | null
}

export type SagaStatus = SagaState['phase'] | 'parked'

export const hasEnded = (saga: SagaState): boolean =>
  saga.phase === 'completed' || saga.phase === 'compensated'

export const isUnderWay = (step: StepState): boolean =>
  step.status === 'started' || step.status === 'compensating'

/** Parked: nothing is under way any more, and something waits for its domain or an operator. */
export function sagaStatus(saga: SagaState): SagaStatus {
  if (hasEnded(saga)) return saga.phase
  if (saga.unreadable !== null) return 'parked'
  const steps = [...saga.steps.values()]
  const stuck = steps.some((step) => step.status === 'parked') && !steps.some(isUnderWay)
  return stuck ? 'parked' : saga.phase
}

export const pivotOf = (saga: SagaState): StepState | undefined =>
  [...saga.steps.values()].find((step) => step.plan.kind === 'pivot')

/** The point of no return is behind: the pivot, or all there is before it, has succeeded. */
export function isDecided(saga: SagaState): boolean {
  const pivot = pivotOf(saga)
  if (pivot) return pivot.status === 'succeeded'
  return [...saga.steps.values()]
    .filter((step) => step.plan.kind === 'compensatable')
    .every((step) => step.status === 'succeeded')
}

/** Whether the saga can still be called off: nothing irrevocable has been asked for. */
export function isCancellable(saga: SagaState): boolean {
  const pivot = pivotOf(saga)
  return saga.phase === 'running' && (pivot ? pivot.status === 'waiting' : !isDecided(saga))
}

/** When time alone will change something next; null when only a message can. */
export function nextDueAtMs(saga: SagaState): number | null {
  if (hasEnded(saga) || saga.unreadable !== null) return null
  let dueAtMs = isForwardDeadlinePending(saga) ? saga.forwardDeadlineAtMs : Infinity
  for (const step of saga.steps.values()) {
    if ('dueAtMs' in step && step.dueAtMs !== null) dueAtMs = Math.min(dueAtMs, step.dueAtMs)
  }
  return dueAtMs === Infinity ? null : dueAtMs
}

/** False once it has done its work: the pivot is decided, being resolved, or ruled out. */
export function isForwardDeadlinePending(saga: SagaState): boolean {
  if (saga.phase !== 'running' || isDecided(saga)) return false
  const pivot = pivotOf(saga)
  return !(pivot && 'mode' in pivot && pivot.mode === 'resolve')
}
