/**
 * A saga whose object was rebuilt from a copy of its journal. The copy may lack the last
 * transitions, and the lost part may have done whatever the saga could have done.
 *
 * R1. What was under way or parked is asked again at once, under the same keys: the barrier
 *     absorbs what is a repeat.
 * R2. As long as the journal knows no decision, the lost part may have made one, either way. The
 *     pivot is resolved, even if it was never known to be sent, and every compensatable step
 *     counts as started: asked again, each after its ancestors, and compensated if it comes to that.
 * R3. Then the forward deadline is waived, too: it could call off what is past the point of no
 *     return.
 * R4. Without a pivot nobody else has kept the decision. The domains' answers tell it, provided
 *     that nothing of what the lost object sent is still on its way.
 * R5. What comes after the decision may have begun in the lost part, too: an optional step of it is
 *     not left out (E11). It is never compensated, since it did not begin unless there was a decision.
 */
import type { Mode } from './messages.ts'
import { type SagaState, type StepState, hasEnded, isDecided } from './saga-state.ts'

export function restored(saga: SagaState, atMs: number): SagaState {
  if (hasEnded(saga)) return saga
  const isInDoubt = saga.phase === 'running' && !isDecided(saga)
  const steps = [...saga.steps.values()].map((step) =>
    isInDoubt ? doubted(step, atMs) : dueNow(step, atMs, saga.phase),
  )
  return {
    ...saga,
    steps: new Map(steps.map((step) => [step.plan.name, step])),
    forwardDeadlineAtMs: isInDoubt ? null : saga.forwardDeadlineAtMs,
  }
}

/** R2. */
function doubted(step: StepState, atMs: number): StepState {
  if (step.plan.kind === 'pivot') return asked(step, 'resolve', atMs)
  if (step.plan.kind === 'retriable') return dueNow(step, atMs, 'running')
  // It was its turn: the lost part may have begun it, and nothing else would ask for it.
  if (step.status === 'waiting' && step.held) return asked(step, 'execute', atMs)
  if (step.status === 'waiting') return { ...step, mayHaveStarted: true }
  return asked(step, 'execute', atMs)
}

function asked(step: StepState, mode: Mode, atMs: number): StepState {
  const { plan, startedAtMs } = step
  return {
    plan,
    startedAtMs: startedAtMs ?? atMs,
    endedAtMs: null,
    status: 'started',
    attempt: 'attempt' in step ? step.attempt : 0,
    mode,
    awaiting: 'retry',
    dueAtMs: atMs,
  }
}

/** R1, R5. */
function dueNow(step: StepState, atMs: number, phase: SagaState['phase']): StepState {
  if (step.status === 'waiting' && phase === 'running') return { ...step, mayHaveStarted: true }
  if (step.status === 'parked') return { ...step, dueAtMs: atMs }
  return 'awaiting' in step ? { ...step, awaiting: 'retry', dueAtMs: atMs } : step
}
