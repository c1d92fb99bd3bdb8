/** Time has passed: commands are sent again, given up for now, or overtaken by the deadline. */
import type { SagaDefinition } from './definition.ts'
import type { Draft } from './draft.ts'
import type { ParkReason } from './events.ts'
import type { Direction } from './messages.ts'
import {
  PARKED_RETRY_MS,
  RETRY_RESOLVE,
  RETRY_UNTIL_DEADLINE,
  RETRY_UNTIL_PARKED,
  type RetryPolicy,
} from './retry-policy.ts'
import { type StepState, isForwardDeadlinePending, pivotOf } from './saga-state.ts'

export function applyTimer<Order>(draft: Draft, definition: SagaDefinition<Order>): void {
  const { nowMs } = draft.context
  if (isForwardDeadlinePending(draft.saga) && nowMs >= draft.saga.forwardDeadlineAtMs) {
    endForwardPhase(draft, definition)
  }
  for (const step of draft.saga.steps.values()) {
    if ('dueAtMs' in step && step.dueAtMs !== null && nowMs >= step.dueAtMs) {
      askAgain(draft, definition, step)
    }
  }
}

/** E4. */
function endForwardPhase<Order>(draft: Draft, definition: SagaDefinition<Order>): void {
  const pivot = pivotOf(draft.saga)
  if (pivot && pivot.status !== 'waiting') {
    const timeoutMs = timeoutOf(definition, pivot)
    draft.send(pivot, { direction: 'action', mode: 'resolve', timeoutMs, policy: RETRY_RESOLVE })
    return
  }
  const slow = [...draft.saga.steps.values()].find((step) => step.status === 'started')
  const culprit = slow ? { step: slow.plan.name } : {}
  draft.emit({ type: 'compensation-started', code: 'deadline-exceeded', ...culprit })
}

function askAgain<Order>(draft: Draft, definition: SagaDefinition<Order>, step: StepState): void {
  if (!('attempt' in step)) return
  // The step may just have been overtaken by the deadline: its compensation takes its place.
  if (draft.saga.phase === 'compensating' && step.status === 'started') return
  const policy = policyOf(step)
  const direction = directionOf(step)
  if (step.status !== 'parked' && step.awaiting === 'reply' && isSpent(step, policy)) {
    return park(draft, step, direction, 'waiting-for-domain', 'no-answer')
  }
  const { mode } = step
  draft.send(step, { direction, mode, timeoutMs: timeoutOf(definition, step), policy })
}

export function park(
  draft: Draft,
  step: StepState,
  direction: Direction,
  reason: ParkReason,
  code: string,
): void {
  const dueAtMs = reason === 'waiting-for-domain' ? draft.context.nowMs + PARKED_RETRY_MS : null
  draft.emit({ type: 'step-parked', step: step.plan.name, direction, reason, code, dueAtMs })
}

export const isSpent = (step: { attempt: number }, policy: RetryPolicy): boolean =>
  step.attempt > policy.maxRetries

export function policyOf(step: StepState): RetryPolicy {
  if (directionOf(step) === 'compensation') return RETRY_UNTIL_PARKED
  if ('mode' in step && step.mode === 'resolve') return RETRY_RESOLVE
  return step.plan.kind === 'retriable' ? RETRY_UNTIL_PARKED : RETRY_UNTIL_DEADLINE
}

function directionOf(step: StepState): Direction {
  if (step.status === 'parked') return step.direction
  return step.status === 'compensating' ? 'compensation' : 'action'
}

function timeoutOf<Order>(definition: SagaDefinition<Order>, step: StepState): number {
  const found = definition.steps.find(({ name }) => name === step.plan.name)
  return found?.timeoutMs ?? RETRY_UNTIL_DEADLINE.capMs
}
