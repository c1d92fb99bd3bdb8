/** What the fold over a saga's events knows, and what follows from it. */
import type { ParkReason, PlannedStep } from './events.ts'
import type { DefinitionRef, Direction, Json, Mode, Reply } from './messages.ts'
import type { SagaId } from './ids.ts'

/** Its next command is kept back while its domain's breaker is open. */
export type Held = { sinceMs: number; untilMs: number }

/** A command under way: sent and unanswered, or waiting for its next attempt. */
export type UnderWay = {
  attempt: number
  mode: Mode
  awaiting: 'reply' | 'retry'
  dueAtMs: number
  /** Why the last attempt did not settle it. */
  code?: string
  held?: Held
}

export type StepStatus =
  /** `mayHaveStarted`: the part of the journal that would tell is lost (R2). */
  | { status: 'waiting'; mayHaveStarted?: true; held?: Held }
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
      held?: Held
    }
  /** Given up by an operator, in this direction; or left out, because its domain does not work. */
  | { status: 'skipped'; direction: Direction }

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
  /** null: waived, since the saga may be past its point of no return without knowing it (R3). */
  forwardDeadlineAtMs: number | null
  deadlineAtMs: number
  traceparent: string
  failure: { code: string; step?: string } | null
  /** What was said that no step waited for, each once. */
  recordedReplies: readonly string[]
  /** An event type that this code does not know: nothing is decided until newer code reads it. */
  unreadable: string | null
}

/** What a reply says, whichever attempt it answers: the barrier gives each the same. */
export const wordsOf = ({ step, direction, outcome, code = '' }: SaidReply): string =>
  [step, direction, outcome, code].join(' ')
type SaidReply = Pick<Reply, 'step' | 'direction' | 'outcome' | 'code'>

export type SagaStatus = SagaState['phase'] | 'parked'

export const hasEnded = (saga: SagaState): boolean =>
  saga.phase === 'completed' || saga.phase === 'compensated'

export type UnfinishedStep = StepState & { status: 'started' | 'compensating' | 'parked' }

/**
 * Steps whose command has no answer that settles it, under way or parked. An action whose saga
 * compensates is none of them: nobody asks for it any more.
 */
export function unfinishedSteps(saga: SagaState): UnfinishedStep[] {
  return [...saga.steps.values()].filter((step): step is UnfinishedStep => {
    if (saga.phase === 'compensating' && directionOf(step) === 'action') return false
    return ['started', 'compensating', 'parked'].includes(step.status)
  })
}

/** Steps that would be under way by now, if the breaker of their domain were not open. */
export function heldBeforeStart(saga: SagaState): (StepState & { status: 'waiting' })[] {
  if (saga.phase !== 'running') return []
  return [...saga.steps.values()].filter(
    (step): step is StepState & { status: 'waiting' } =>
      step.status === 'waiting' && step.held !== undefined,
  )
}

export const heldOf = (step: StepState): Held | undefined =>
  'held' in step ? step.held : undefined

export function directionOf(step: StepState): Direction {
  if ('direction' in step) return step.direction
  return step.status === 'compensating' || step.status === 'compensated' ? 'compensation' : 'action'
}

/** Whether `step` is busy, or stuck, in this direction: then its attempts are counted on. */
export function isSending(
  step: StepState,
  direction: Direction,
): step is StepState & { status: 'started' | 'compensating' | 'parked'; attempt: number } {
  switch (step.status) {
    case 'started':
      return direction === 'action'
    case 'compensating':
      return direction === 'compensation'
    case 'parked':
      return direction === step.direction
    default:
      return false
  }
}

/** Parked: nothing is under way any more, and something waits for its domain or an operator. */
export function sagaStatus(saga: SagaState): SagaStatus {
  if (hasEnded(saga)) return saga.phase
  if (saga.unreadable !== null) return 'parked'
  const unfinished = unfinishedSteps(saga)
  const isStuck = unfinished.length > 0 && unfinished.every(({ status }) => status === 'parked')
  return isStuck && heldBeforeStart(saga).length === 0 ? 'parked' : saga.phase
}

/** Its effect is there, or an operator has said to go on without it. */
export const isThrough = (step: StepState): boolean =>
  step.status === 'succeeded' || (step.status === 'skipped' && step.direction === 'action')

export const pivotOf = (saga: SagaState): StepState | undefined =>
  [...saga.steps.values()].find((step) => step.plan.kind === 'pivot')

/** The point of no return is behind: the pivot, or all there is before it, is through. */
export function isDecided(saga: SagaState): boolean {
  const pivot = pivotOf(saga)
  if (pivot) return pivot.status === 'succeeded'
  return [...saga.steps.values()]
    .filter((step) => step.plan.kind === 'compensatable')
    .every(isThrough)
}

/** Whether the saga can still be called off: nothing irrevocable can have been asked for. */
export function isCancellable(saga: SagaState): boolean {
  if (saga.phase !== 'running' || saga.forwardDeadlineAtMs === null) return false
  const pivot = pivotOf(saga)
  return pivot ? pivot.status === 'waiting' : !isDecided(saga)
}

/** When time alone will change something next; null when only a message can. */
export function nextDueAtMs(saga: SagaState): number | null {
  if (hasEnded(saga) || saga.unreadable !== null) return null
  const dueAtMs = Math.min(
    pendingForwardDeadlineAtMs(saga) ?? Infinity,
    ...unfinishedSteps(saga).map((step) => step.dueAtMs ?? Infinity),
    ...heldBeforeStart(saga).map((step) => step.held?.untilMs ?? Infinity),
  )
  return dueAtMs === Infinity ? null : dueAtMs
}

/** null once it has done its work: the pivot is decided, being resolved, or ruled out. */
export function pendingForwardDeadlineAtMs(saga: SagaState): number | null {
  if (saga.phase !== 'running' || isDecided(saga)) return null
  const pivot = pivotOf(saga)
  return pivot && 'mode' in pivot && pivot.mode === 'resolve' ? null : saga.forwardDeadlineAtMs
}
