/** A decision in the making: each event is folded in at once, so the next rule sees it. */
import type { Transport } from './definition.ts'
import type { SagaEvent } from './events.ts'
import { evolve } from './evolve.ts'
import type { SagaId } from './ids.ts'
import type { Decision, DecisionContext, OutgoingCommand } from './inputs.ts'
import { type Direction, MESSAGE_VERSION, type Mode } from './messages.ts'
import { type RetryPolicy, backoffMs } from './retry-policy.ts'
import type { SagaState, StepState } from './saga-state.ts'

/** `by`: of the first attempt. */
type Sending = {
  direction: Direction
  mode: Mode
  timeoutMs: number
  policy: RetryPolicy
  by: Transport
}

export class Draft {
  #saga: SagaState
  readonly #events: SagaEvent[] = []
  readonly #commands: OutgoingCommand[] = []
  readonly context: DecisionContext

  private constructor(saga: SagaState, context: DecisionContext) {
    this.#saga = saga
    this.context = context
  }

  static of(saga: SagaState, context: DecisionContext): Draft {
    return new Draft(saga, context)
  }

  static starting(
    sagaId: SagaId,
    event: Extract<SagaEvent, { type: 'saga-started' }>,
    context: DecisionContext,
  ): Draft {
    const saga = evolve(null, sagaId, event, context.nowMs)
    if (saga === null) throw new Error('saga-started gives a state')
    const draft = new Draft(saga, context)
    draft.#events.push(event)
    return draft
  }

  get saga(): SagaState {
    return this.#saga
  }

  emit(event: SagaEvent): void {
    this.#events.push(event)
    this.#saga = evolve(this.#saga, this.#saga.sagaId, event, this.context.nowMs) ?? this.#saga
  }

  /**
   * Records that a command goes out and when to ask again. From the second attempt on the wait
   * grows with the attempts, so that a slow domain is not asked ever more often.
   */
  send(step: StepState, command: Sending): void {
    const { nowMs, jitter } = this.context
    const { direction, mode, timeoutMs, policy, by } = command
    const attempt = isSending(step, direction) ? step.attempt + 1 : 1
    const waitMs = timeoutMs + (attempt === 1 ? 0 : backoffMs(policy, attempt - 1, jitter))
    const dueAtMs = nowMs + waitMs
    this.emit({ type: 'command-sent', step: step.plan.name, direction, mode, attempt, dueAtMs })
    this.#commands.push({
      v: MESSAGE_VERSION,
      sagaId: this.#saga.sagaId,
      definition: this.#saga.definition,
      domain: step.plan.domain,
      by: attempt === 1 ? by : 'queue',
      step: step.plan.name,
      direction,
      mode,
      attempt,
      budgetMs: waitMs,
      holdMs: Math.max(0, this.#saga.deadlineAtMs - nowMs),
      traceparent: this.#saga.traceparent,
      input: step.plan.input,
    })
  }

  finish(): Decision {
    return { events: this.#events, commands: this.#commands }
  }
}

/** Whether `step` is busy, or stuck, in this direction: then its attempts are counted on. */
function isSending(
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
