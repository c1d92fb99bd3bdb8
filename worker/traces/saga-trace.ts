/**
 * A saga's spans, from its events in order. Pure.
 *
 * A step's span begins when its command is first sent, or first held back by a breaker, and ends with
 * the first event that settles it: its first end stands. An action that nobody has answered ends when its
 * compensation begins, or with its saga.
 */
import type { SagaEvent } from '../../durable-objects/core/events.ts'
import type { Direction } from '../../durable-objects/core/messages.ts'
import { type SagaState, sagaStatus } from '../../durable-objects/core/saga-state.ts'
import { type SpanAttributes, type SpanDraft, SpanEvents, stepIdOf } from './span.ts'
import { type StepEnd, StepRun } from './step-run.ts'

/** Called off by whoever placed it: nothing went wrong. */
const CANCELLED = 'cancelled'

export class SagaTrace {
  readonly #runs = new Map<string, StepRun>()
  readonly #marked = new Set<string>()
  readonly #events = new SpanEvents()
  #hasEnded = false

  /** What ended with these events; `saga` is as they left it. */
  add(events: readonly SagaEvent[], saga: SagaState, atMs: number): SpanDraft[] {
    const status = sagaStatus(saga)
    return events
      .flatMap((event) => this.#addOne(event, saga, atMs))
      .map((span) => ({ ...span, attributes: { ...span.attributes, 'saga.status': status } }))
  }

  #addOne(event: SagaEvent, saga: SagaState, atMs: number): SpanDraft[] {
    switch (event.type) {
      case 'saga-started':
        return []
      case 'command-sent':
      case 'step-held':
        return this.#begin(event, saga, atMs)
      case 'step-succeeded':
        return this.#end(event.step, 'action', 'succeeded', saga, atMs)
      case 'step-rejected': {
        const run = this.#run(event.step, 'action')
        if (run) run.code = event.code
        return this.#end(event.step, 'action', 'rejected', saga, atMs)
      }
      case 'step-compensated':
        return this.#end(event.step, 'compensation', 'compensated', saga, atMs)
      case 'step-skipped':
        this.#note(event, 'skipped', atMs)
        return this.#end(event.step, event.direction, 'skipped', saga, atMs)
      case 'retry-scheduled':
        this.#note(event, 'retry-scheduled', atMs, { code: event.code })
        return []
      case 'step-parked':
        return this.#park(event, saga, atMs)
      case 'reply-recorded': {
        const { attempt, outcome, code } = event
        const attributes = { attempt, outcome, ...(code === undefined ? {} : { code }) }
        this.#note(event, 'reply-recorded', atMs, attributes)
        return []
      }
      case 'step-left-out':
        this.#events.add('step-left-out', atMs, { step: event.step })
        return []
      case 'compensation-started': {
        const { code, step } = event
        this.#events.add('compensation-started', atMs, { code, ...(step ? { step } : {}) })
        return []
      }
      case 'operator-intervened': {
        // Neither who nor why: the journal has both.
        const step = 'step' in event ? { step: event.step } : {}
        this.#events.add('operator-intervened', atMs, { action: event.action, ...step })
        return []
      }
      case 'restored':
        this.#events.add('restored', atMs, { epoch: event.epoch })
        return []
      case 'saga-completed':
        return this.#endSaga(saga, atMs)
      case 'saga-compensated':
        return this.#endSaga(saga, atMs, { 'saga.late_ms': event.lateMs })
      default:
        return this.#addUnknown(event, atMs)
    }
  }

  #run(step: string, direction: Direction): StepRun | undefined {
    return this.#runs.get(stepIdOf('', step, direction))
  }

  #begin(
    event: Extract<SagaEvent, { type: 'command-sent' | 'step-held' }>,
    saga: SagaState,
    atMs: number,
  ): SpanDraft[] {
    const { step, direction, mode } = event
    const ofAction =
      direction === 'compensation' ? this.#end(step, 'action', 'unknown', saga, atMs) : []
    const run = this.#run(step, direction) ?? new StepRun(step, direction, atMs)
    this.#runs.set(stepIdOf('', step, direction), run)
    if (event.type === 'step-held') run.events.add('held', atMs, { mode })
    else {
      run.attempts = Math.max(run.attempts, event.attempt)
      run.events.add('sent', atMs, { attempt: event.attempt, mode })
    }
    return ofAction
  }

  #note(
    { step, direction, code }: { step: string; direction: Direction; code?: string },
    name: string,
    atMs: number,
    attributes: SpanAttributes = {},
  ): void {
    const run = this.#run(step, direction)
    if (!run) return
    if (code !== undefined) run.code = code
    run.events.add(name, atMs, attributes)
  }

  /** One mark for each reason: a step that waits is parked again and again. */
  #park(
    event: Extract<SagaEvent, { type: 'step-parked' }>,
    saga: SagaState,
    atMs: number,
  ): SpanDraft[] {
    const { step, direction, reason, code } = event
    this.#note(event, 'parked', atMs, { reason, code })
    const run = this.#run(step, direction)
    const mark = `${stepIdOf('', step, direction)}/${reason}`
    if (!run || this.#marked.has(mark)) return []
    this.#marked.add(mark)
    return [run.parkedMark(saga, { reason, code, atMs })]
  }

  /** Nothing, if it never was sent or has ended before. */
  #end(
    step: string,
    direction: Direction,
    status: StepEnd,
    saga: SagaState,
    atMs: number,
  ): SpanDraft[] {
    const run = this.#run(step, direction)
    if (!run || run.hasEnded || run.attempts === 0) return []
    run.hasEnded = true
    return [run.spanOf(saga, status, atMs)]
  }

  #endSaga(saga: SagaState, atMs: number, more: SpanAttributes = {}): SpanDraft[] {
    if (this.#hasEnded) return []
    this.#hasEnded = true
    const open = [...this.#runs.values()].flatMap(({ step, direction }) =>
      this.#end(step, direction, 'unknown', saga, atMs),
    )
    return [...open, this.#sagaSpan(saga, atMs, more)]
  }

  #sagaSpan(saga: SagaState, endMs: number, more: SpanAttributes): SpanDraft {
    const { sagaId, definition, failure, startedAtMs, traceparent } = saga
    const error = failure && failure.code !== CANCELLED ? failure.code : null
    return {
      kind: 'saga',
      key: sagaId,
      parentKey: null,
      sagaId,
      traceparent,
      name: definition.name,
      startMs: startedAtMs,
      endMs,
      attributes: {
        'saga.id': sagaId,
        'saga.definition': definition.name,
        'saga.version': definition.version,
        ...(failure ? { 'saga.failure.code': failure.code } : {}),
        ...(failure?.step ? { 'saga.failure.step': failure.step } : {}),
        ...(error === null ? {} : { 'error.type': error }),
        ...more,
      },
      events: [...this.#events.list],
      eventsDropped: this.#events.dropped,
      error,
    }
  }

  /** J3: the compiler has seen every type that this version writes; newer code may write more. */
  #addUnknown({ type }: { type: string }, atMs: number): SpanDraft[] {
    this.#events.add('unknown-event', atMs, { type })
    return []
  }
}
