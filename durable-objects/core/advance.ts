/** What follows from a saga's state: the next steps, the next compensations, the end. */
import type { SagaDefinition, Step } from './definition.ts'
import type { Draft } from './draft.ts'
import { RETRY_UNTIL_PARKED } from './retry-policy.ts'
import { type SagaState, type StepState, isThrough } from './saga-state.ts'
import { endForwardPhaseInTime, policyOf } from './timers.ts'

export function advance<Order>(draft: Draft, definition: SagaDefinition<Order>): void {
  const rejected = [...draft.saga.steps.values()].find((step) => step.status === 'rejected')
  if (draft.saga.phase === 'running' && rejected?.status === 'rejected') {
    const { code, plan } = rejected
    draft.emit({ type: 'compensation-started', code, step: plan.name })
  }
  endForwardPhaseInTime(draft, definition)
  if (draft.saga.phase === 'running') advanceForward(draft, definition)
  if (draft.saga.phase === 'compensating') advanceCompensation(draft, definition)
}

function advanceForward<Order>(draft: Draft, definition: SagaDefinition<Order>): void {
  for (const step of definition.steps) {
    const state = draft.saga.steps.get(step.name)
    if (state?.status !== 'waiting' || !isReady(step, draft.saga)) continue
    if (state.held && state.held.untilMs > draft.context.nowMs) continue
    const { timeoutMs, by, optional } = step
    const policy = policyOf(state, draft.saga)
    draft.send(state, { direction: 'action', mode: 'execute', timeoutMs, policy, by, optional })
  }
  if ([...draft.saga.steps.values()].every(isThrough)) draft.emit({ type: 'saga-completed' })
}

/** E2, forwards. An ancestor that the order does not need is no obstacle. */
function isReady<Order>(step: Step<Order>, saga: SagaState): boolean {
  return [...step.ancestors].every((name) => {
    const ancestor = saga.steps.get(name)
    return ancestor === undefined || isThrough(ancestor)
  })
}

function advanceCompensation<Order>(draft: Draft, definition: SagaDefinition<Order>): void {
  for (const step of definition.steps) {
    const state = draft.saga.steps.get(step.name)
    if (state && isStartedAction(state) && !isBuiltUpon(step, definition, draft.saga)) {
      const { timeoutMs, by } = step
      const policy = RETRY_UNTIL_PARKED
      draft.send(state, { direction: 'compensation', mode: 'execute', timeoutMs, policy, by })
    }
  }
  if ([...draft.saga.steps.values()].every((state) => !mayHaveEffect(state))) {
    const lateMs = Math.max(0, draft.context.nowMs - draft.saga.deadlineAtMs)
    draft.emit({ type: 'saga-compensated', lateMs })
  }
}

/** E2, backwards: something that comes after `step` may still have an effect, and is being compensated. */
function isBuiltUpon<Order>(
  step: Step<Order>,
  definition: SagaDefinition<Order>,
  saga: SagaState,
): boolean {
  return definition.steps.some((later) => {
    const state = saga.steps.get(later.name)
    if (!later.ancestors.has(step.name) || state === undefined || isStuck(state)) return false
    return mayHaveEffect(state)
  })
}

/** E1: it started, as far as anybody can know, and nothing has been done about it yet. */
function isStartedAction(step: StepState): boolean {
  switch (step.status) {
    case 'waiting':
      // R5 of restored.ts: never what comes after the decision.
      return step.mayHaveStarted === true && step.plan.kind === 'compensatable'
    case 'parked':
      return step.direction === 'action'
    default:
      return step.status === 'started' || step.status === 'succeeded'
  }
}

/** E7. */
const isStuck = (step: StepState): boolean =>
  step.status === 'parked' && step.direction === 'compensation'

function mayHaveEffect(step: StepState): boolean {
  return isStartedAction(step) || step.status === 'compensating' || step.status === 'parked'
}
