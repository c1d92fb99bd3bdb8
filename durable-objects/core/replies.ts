/** A domain has answered, or its queue has given a command up. */
import type { Draft } from './draft.ts'
import type { Direction, Reply } from './messages.ts'
import { backoffMs } from './retry-policy.ts'
import { type SagaState, type StepState, pivotOf, wordsOf } from './saga-state.ts'
import { isSpent, park, policyOf } from './timers.ts'
import { unreachable } from './unreachable.ts'

/** Replies recorded per saga; a domain that talks without end must not fill the journal. */
const RECORDED_REPLIES_MAX = 32

export function applyReply(draft: Draft, reply: Reply): void {
  const step = draft.saga.steps.get(reply.step)
  if (!step) return
  if (!isAwaited(draft.saga, step, reply)) return record(draft, step, reply)
  const name = step.plan.name
  switch (reply.outcome) {
    case 'done':
      if (reply.direction === 'compensation') draft.emit({ type: 'step-compensated', step: name })
      else {
        const output = reply.output === undefined ? {} : { output: reply.output }
        draft.emit({ type: 'step-succeeded', step: name, ...output })
      }
      return
    case 'void':
    case 'rejected': {
      // Void answers `resolve`, which is asked when time is up: so the shopper is told.
      const code = reply.outcome === 'void' ? 'deadline-exceeded' : (reply.code ?? 'rejected')
      if (isStoredRejection(draft.saga, step, reply)) {
        draft.emit({ type: 'step-rejected', step: name, code })
      } else park(draft, step, reply.direction, 'needs-operator', code)
      return
    }
    case 'transient':
      retryLater(draft, step, reply.direction, reply.code ?? 'transient')
  }
}

/** A dead command is one that certainly will not be answered: no need to wait out its timer. */
export function applyDeadCommand(
  draft: Draft,
  died: { step: string; direction: Direction; attempt: number },
): void {
  const step = draft.saga.steps.get(died.step)
  if (step && isBusy(step, died.direction) && isCurrent(step, died.attempt)) {
    retryLater(draft, step, died.direction, 'dead-letter')
  }
}

function retryLater(
  draft: Draft,
  step: StepState & { attempt: number },
  direction: Direction,
  code: string,
): void {
  const policy = policyOf(step, draft.saga)
  if (isSpent(step, policy)) return park(draft, step, direction, 'waiting-for-domain', code)
  const dueAtMs = draft.context.nowMs + backoffMs(policy, step.attempt, draft.context.jitter)
  draft.emit({ type: 'retry-scheduled', step: step.plan.name, direction, code, dueAtMs })
}

type Busy = StepState & { status: 'started' | 'compensating' | 'parked'; attempt: number }

/** E5. */
function isAwaited(saga: SagaState, step: StepState, reply: Reply): step is Busy {
  if (!isBusy(step, reply.direction) || isOverruled(saga, step, reply)) return false
  return isFinal(saga, step, reply) || isCurrent(step, reply.attempt)
}

function isBusy(step: StepState, direction: Direction): step is Busy {
  if (step.status === 'parked') return step.direction === direction
  return step.status === (direction === 'action' ? 'started' : 'compensating')
}

/** E10: once compensation is under way, it waits for its turn only, and is compensated whatever it says. */
function isOverruled(saga: SagaState, step: StepState, reply: Reply): boolean {
  return (
    saga.phase === 'compensating' &&
    reply.outcome === 'rejected' &&
    isBesidePivot(saga, step, reply)
  )
}

function isCurrent(step: Busy, attempt: number): boolean {
  return 'awaiting' in step && step.awaiting === 'reply' && step.attempt === attempt
}

function isFinal(saga: SagaState, step: StepState, reply: Reply): boolean {
  switch (reply.outcome) {
    case 'done':
      return true
    case 'void':
    case 'rejected':
      return isStoredRejection(saga, step, reply)
    case 'transient':
      return false
    default:
      return unreachable(reply.outcome)
  }
}

/**
 * Domains keep a rejection of these; other rejections may turn out otherwise when repeated. What
 * comes before the pivot had succeeded when the pivot was sent, so a rejection from then on is
 * none that decides anything (E10).
 */
function isStoredRejection(saga: SagaState, step: StepState, reply: Reply): boolean {
  if (reply.direction === 'compensation' || step.plan.kind === 'retriable') return false
  return saga.phase !== 'running' || !isBesidePivot(saga, step, reply)
}

/** An action that had succeeded if the pivot was sent, and it was. */
function isBesidePivot(saga: SagaState, { plan }: StepState, { direction }: Reply): boolean {
  if (direction === 'compensation' || plan.kind !== 'compensatable') return false
  return (pivotOf(saga)?.status ?? 'waiting') !== 'waiting'
}

/** E6. */
function record(draft: Draft, step: StepState, reply: Reply): void {
  const { recordedReplies } = draft.saga
  const isKnown = saysNothingNew(step, reply) || recordedReplies.includes(wordsOf(reply))
  if (isKnown || recordedReplies.length >= RECORDED_REPLIES_MAX) return
  draft.emit({
    type: 'reply-recorded',
    step: reply.step,
    direction: reply.direction,
    attempt: reply.attempt,
    outcome: reply.outcome,
    ...(reply.code === undefined ? {} : { code: reply.code }),
  })
}

function saysNothingNew(step: StepState, reply: Reply): boolean {
  switch (step.status) {
    case 'succeeded':
      return reply.direction === 'action' && reply.outcome === 'done'
    case 'rejected':
      return reply.direction === 'action' && reply.outcome !== 'done'
    case 'compensated':
      return reply.direction === 'compensation' && reply.outcome === 'done'
    default:
      return reply.outcome === 'transient'
  }
}
