/**
 * The fold: `evolve(state, event) → state`.
 *
 * F1. It is total: any event after any event gives a state. What it does not know it marks
 *     `unreadable`; it never throws and never drops (J3).
 * F2. It needs no definition: everything that a reader of the log wants is in the events.
 */
import type { SagaEvent } from './events.ts'
import type { SagaId } from './ids.ts'
import { restored } from './restored.ts'
import {
  type SagaState,
  type StepState,
  type StepStatus,
  heldOf,
  isSending,
  wordsOf,
} from './saga-state.ts'

export function evolve(
  saga: SagaState | null,
  sagaId: SagaId,
  event: SagaEvent,
  atMs: number,
): SagaState | null {
  if (event.type === 'saga-started') return start(sagaId, event, atMs)
  if (saga === null) return null
  switch (event.type) {
    case 'command-sent':
      return withStep(saga, event.step, atMs, (step) => ({
        status: event.direction === 'action' ? 'started' : 'compensating',
        attempt: event.attempt,
        mode: event.mode,
        awaiting: 'reply',
        dueAtMs: event.dueAtMs,
        ...('code' in step && step.status !== 'rejected' && step.code ? { code: step.code } : {}),
      }))
    case 'step-held':
      return withStep(saga, event.step, atMs, (step) => heldBack(step, event, atMs))
    case 'step-left-out':
      return withStep(saga, event.step, atMs, () => ({ status: 'skipped', direction: 'action' }))
    case 'retry-scheduled':
      return withStep(saga, event.step, atMs, (step) =>
        'attempt' in step && step.status !== 'parked'
          ? { ...step, awaiting: 'retry', dueAtMs: event.dueAtMs, code: event.code }
          : step,
      )
    case 'step-parked':
      return withStep(saga, event.step, atMs, (step) => ({
        status: 'parked',
        direction: event.direction,
        reason: event.reason,
        code: event.code,
        dueAtMs: event.dueAtMs,
        attempt: 'attempt' in step ? step.attempt : 1,
        mode: 'mode' in step ? step.mode : 'execute',
      }))
    case 'step-succeeded':
      return withStep(saga, event.step, atMs, () => ({
        status: 'succeeded',
        ...(event.output === undefined ? {} : { output: event.output }),
      }))
    case 'step-rejected':
      return withStep(saga, event.step, atMs, () => ({ status: 'rejected', code: event.code }))
    case 'step-compensated':
      return withStep(saga, event.step, atMs, () => ({ status: 'compensated' }))
    case 'compensation-started': {
      const { code, step } = event
      return { ...saga, phase: 'compensating', failure: { code, ...(step ? { step } : {}) } }
    }
    case 'step-skipped':
      return withStep(saga, event.step, atMs, () => ({
        status: 'skipped',
        direction: event.direction,
      }))
    case 'operator-intervened':
      return saga
    case 'restored':
      return restored(saga, atMs)
    case 'reply-recorded':
      return { ...saga, recordedReplies: [...saga.recordedReplies, wordsOf(event)] }
    case 'saga-completed':
      return { ...saga, phase: 'completed', endedAtMs: atMs }
    case 'saga-compensated':
      return { ...saga, phase: 'compensated', endedAtMs: atMs }
    default:
      return unreadable(saga, event)
  }
}

function start(
  sagaId: SagaId,
  event: Extract<SagaEvent, { type: 'saga-started' }>,
  atMs: number,
): SagaState {
  const { definition, forwardDeadlineAtMs, deadlineAtMs, traceparent } = event
  return {
    sagaId,
    definition,
    phase: 'running',
    steps: new Map(
      event.steps.map((plan) => [
        plan.name,
        { plan, status: 'waiting', startedAtMs: null, endedAtMs: null },
      ]),
    ),
    startedAtMs: atMs,
    endedAtMs: null,
    forwardDeadlineAtMs,
    deadlineAtMs,
    traceparent,
    failure: null,
    recordedReplies: [],
    unreadable: null,
  }
}

function withStep(
  saga: SagaState,
  name: string,
  atMs: number,
  change: (step: StepState) => StepStatus,
): SagaState {
  const step = saga.steps.get(name)
  if (!step) return { ...saga, unreadable: `step ${name}` }
  const changed = change(step)
  const ended = ['succeeded', 'rejected', 'compensated', 'skipped'].includes(changed.status)
  const next: StepState = {
    ...changed,
    plan: step.plan,
    startedAtMs: changed.status === 'waiting' ? step.startedAtMs : (step.startedAtMs ?? atMs),
    endedAtMs: ended ? atMs : null,
  }
  return { ...saga, steps: new Map(saga.steps).set(name, next) }
}

/** E11: it takes no attempt, and what has not begun does not begin by it. */
function heldBack(
  step: StepState,
  { direction, mode, dueAtMs }: Extract<SagaEvent, { type: 'step-held' }>,
  atMs: number,
): StepStatus {
  const held = { sinceMs: heldOf(step)?.sinceMs ?? atMs, untilMs: dueAtMs }
  if (step.status === 'waiting' && direction === 'action') return { ...step, held }
  if (step.status === 'parked' && step.direction === direction) return { ...step, dueAtMs, held }
  return {
    status: direction === 'action' ? 'started' : 'compensating',
    attempt: isSending(step, direction) ? step.attempt : 0,
    mode,
    awaiting: 'retry',
    dueAtMs,
    code: 'domain-unavailable',
    held,
  }
}

/** The compiler has seen every type that this version writes; the journal may hold newer ones. */
function unreadable(saga: SagaState, event: never): SagaState {
  const { type } = event as { type: unknown }
  return { ...saga, unreadable: String(type) }
}
