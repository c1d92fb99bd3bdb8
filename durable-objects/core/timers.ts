/** Time has passed: commands are sent again, given up for now, or overtaken by the deadline. */
import type { SagaDefinition } from './definition.ts'
import type { Draft } from './draft.ts'
import type { ParkReason } from './events.ts'
import type { Direction } from './messages.ts'
import {
  RETRY_RESOLVE,
  RETRY_UNTIL_DEADLINE,
  RETRY_UNTIL_PARKED,
  type RetryPolicy,
  parkedRetryMs,
} from './retry-policy.ts'
import {
  type SagaState,
  type StepState,
  type UnfinishedStep,
  directionOf,
  heldOf,
  pendingForwardDeadlineAtMs,
  pivotOf,
  unfinishedSteps,
} from './saga-state.ts'

export function applyTimer<Order>(draft: Draft, definition: SagaDefinition<Order>): void {
  endForwardPhaseInTime(draft, definition)
  const { nowMs } = draft.context
  for (const step of unfinishedSteps(draft.saga)) {
    if (step.dueAtMs !== null && nowMs >= step.dueAtMs) goOn(draft, definition, step)
  }
}

/** E4. Whatever wakes a saga after its forward deadline: nothing is carried out any more. True: it was time. */
export function endForwardPhaseInTime<Order>(
  draft: Draft,
  definition: SagaDefinition<Order>,
): boolean {
  const forwardDeadlineAtMs = pendingForwardDeadlineAtMs(draft.saga)
  const isDue = forwardDeadlineAtMs !== null && draft.context.nowMs >= forwardDeadlineAtMs
  if (isDue) endForwardPhase(draft, definition)
  return isDue
}

function endForwardPhase<Order>(draft: Draft, definition: SagaDefinition<Order>): void {
  const pivot = pivotOf(draft.saga)
  if (pivot && pivot.status !== 'waiting') {
    const timeoutMs = timeoutOf(definition, pivot)
    const policy = RETRY_RESOLVE
    draft.send(pivot, { direction: 'action', mode: 'resolve', timeoutMs, policy, by: 'queue' })
    return
  }
  const steps = [...draft.saga.steps.values()]
  const held = steps.find((step) => heldOf(step) !== undefined)
  const code = held ? 'domain-unavailable' : 'deadline-exceeded'
  const slow = held ?? steps.find((step) => step.status === 'started')
  draft.emit({ type: 'compensation-started', code, ...(slow ? { step: slow.plan.name } : {}) })
}

function goOn<Order>(draft: Draft, definition: SagaDefinition<Order>, step: UnfinishedStep): void {
  const isSilent = step.status !== 'parked' && step.awaiting === 'reply'
  if (isSilent && isSpent(step, policyOf(step, draft.saga))) {
    return park(draft, step, directionOf(step), 'waiting-for-domain', 'no-answer')
  }
  askAgain(draft, definition, step)
}

/** The same command, with the next attempt. */
export function askAgain<Order>(
  draft: Draft,
  definition: SagaDefinition<Order>,
  step: StepState,
  evenIfOpen = false,
): void {
  draft.send(step, {
    direction: directionOf(step),
    mode: 'mode' in step ? step.mode : 'execute',
    timeoutMs: timeoutOf(definition, step),
    policy: policyOf(step, draft.saga),
    by: 'queue',
    evenIfOpen,
  })
}

export function park(
  draft: Draft,
  step: StepState,
  direction: Direction,
  reason: ParkReason,
  code: string,
): void {
  const restMs = parkedRetryMs('attempt' in step ? step.attempt : 1)
  const dueAtMs = reason === 'waiting-for-domain' ? draft.context.nowMs + restMs : null
  draft.emit({ type: 'step-parked', step: step.plan.name, direction, reason, code, dueAtMs })
}

export const isSpent = (step: { attempt: number }, policy: RetryPolicy): boolean =>
  step.attempt > policy.maxRetries

export function policyOf(step: StepState, saga: SagaState): RetryPolicy {
  if (directionOf(step) === 'compensation') return RETRY_UNTIL_PARKED
  if ('mode' in step && step.mode === 'resolve') return RETRY_RESOLVE
  const hasDeadline = step.plan.kind !== 'retriable' && saga.forwardDeadlineAtMs !== null
  return hasDeadline ? RETRY_UNTIL_DEADLINE : RETRY_UNTIL_PARKED
}

function timeoutOf<Order>(definition: SagaDefinition<Order>, step: StepState): number {
  const found = definition.steps.find(({ name }) => name === step.plan.name)
  return found?.timeoutMs ?? RETRY_UNTIL_DEADLINE.capMs
}
