/** One direction of one step, as its events tell it. */
import type { Direction } from '../../durable-objects/core/messages.ts'
import type { SagaState } from '../../durable-objects/core/saga-state.ts'
import { unreachable } from '../../durable-objects/core/unreachable.ts'
import {
  type SpanAttributes,
  type SpanDraft,
  SpanEvents,
  STEP_TYPE,
  stepIdOf,
  stepSpanName,
} from './span.ts'

/** `unknown`: nobody waits for the answer any more, and none has come. */
export type StepEnd = 'succeeded' | 'rejected' | 'compensated' | 'skipped' | 'unknown'

type Parking = { reason: string; code: string; atMs: number }

/** Its spans lack `saga.status`, which is the one after the whole transition. */
export class StepRun {
  readonly step: string
  readonly direction: Direction
  readonly startMs: number
  readonly events = new SpanEvents()
  attempts = 0
  code: string | null = null
  hasEnded = false

  constructor(step: string, direction: Direction, startMs: number) {
    this.step = step
    this.direction = direction
    this.startMs = startMs
  }

  spanOf(saga: SagaState, status: StepEnd, endMs: number): SpanDraft {
    const code = status === 'unknown' ? 'outcome-unknown' : this.code
    const error = errorOf(status, code)
    return {
      kind: 'step',
      ...this.#placeIn(saga),
      name: stepSpanName(this.step, this.direction),
      startMs: this.startMs,
      endMs,
      attributes: {
        ...this.#attributesIn(saga),
        'saga.step.status': status,
        'saga.step.attempts': this.attempts,
        ...(code === null ? {} : { 'saga.step.code': code }),
        ...(error === null ? {} : { 'error.type': code ?? status }),
      },
      events: [...this.events.list],
      eventsDropped: this.events.dropped,
      error,
    }
  }

  /** Sent at once: its step has no end yet. */
  parkedMark(saga: SagaState, { reason, code, atMs }: Parking): SpanDraft {
    const { key, ...place } = this.#placeIn(saga)
    return {
      kind: 'mark',
      ...place,
      key: `${key}/parked/${reason}`,
      parentKey: key,
      name: `${stepSpanName(this.step, this.direction)} parked`,
      startMs: atMs,
      endMs: atMs,
      attributes: {
        ...this.#attributesIn(saga),
        'saga.step.status': 'parked',
        'saga.parked.reason': reason,
        'saga.step.code': code,
        'error.type': code,
      },
      events: [],
      eventsDropped: 0,
      error: `${reason}: ${code}`,
    }
  }

  #placeIn({ sagaId, traceparent }: SagaState) {
    const key = stepIdOf(sagaId, this.step, this.direction)
    return { key, parentKey: sagaId, sagaId, traceparent }
  }

  #attributesIn(saga: SagaState): SpanAttributes {
    const plan = saga.steps.get(this.step)?.plan
    return {
      'saga.id': saga.sagaId,
      'saga.definition': saga.definition.name,
      'saga.version': saga.definition.version,
      'saga.step.id': stepIdOf(saga.sagaId, this.step, this.direction),
      'saga.step.type': STEP_TYPE[this.direction],
      'saga.step.name': this.step,
      ...(plan ? { 'saga.step.domain': plan.domain, 'saga.step.kind': plan.kind } : {}),
    }
  }
}

function errorOf(status: StepEnd, code: string | null): string | null {
  switch (status) {
    case 'succeeded':
    case 'compensated':
      return null
    case 'rejected':
      return code ?? 'rejected'
    case 'skipped':
      return 'given up by an operator'
    case 'unknown':
      return 'no answer came before it was compensated'
    default:
      return unreachable(status)
  }
}
