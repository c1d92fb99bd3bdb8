/** A decision in the making: each event is folded in at once, so the next rule sees it. */
import type { Transport } from './definition.ts'
import type { SagaEvent } from './events.ts'
import { evolve } from './evolve.ts'
import type { SagaId } from './ids.ts'
import type { Decision, DecisionContext, OutgoingCommand } from './inputs.ts'
import { type Direction, MESSAGE_VERSION, type Mode } from './messages.ts'
import { type RetryPolicy, backoffMs, holdMs } from './retry-policy.ts'
import { type SagaState, type StepState, heldOf, isSending } from './saga-state.ts'

/** `by`: of the first attempt. */
type Sending = {
  direction: Direction
  mode: Mode
  timeoutMs: number
  policy: RetryPolicy
  by: Transport
  /** Left out rather than held, if nothing of it can have begun. */
  optional?: boolean
  /** Sent also while the breaker is open: somebody wants to know. */
  evenIfOpen?: boolean
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
   * grows with the attempts, so that a slow domain is not asked ever more often. While the breaker
   * of its domain is open, it is held instead (E11), and so is a repeat where there are too many (L3).
   */
  send(step: StepState, command: Sending): void {
    const { direction, mode, policy, by } = command
    const attempt = isSending(step, direction) ? step.attempt + 1 : 1
    const openForMs = this.#openForMs(step, command, attempt)
    if (openForMs > 0) return this.#hold(step, command, openForMs)
    const { nowMs, jitter } = this.context
    const replyMs = this.context.replyWaitMs(step.plan.domain, command.timeoutMs)
    const waitMs = replyMs + (attempt === 1 ? 0 : backoffMs(policy, attempt - 1, jitter))
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

  #openForMs({ plan }: StepState, { mode, evenIfOpen }: Sending, attempt: number): number {
    return mode === 'resolve' || evenIfOpen ? 0 : this.context.openForMs(plan.domain, attempt)
  }

  #hold(step: StepState, { direction, mode, optional }: Sending, openForMs: number): void {
    const { name } = step.plan
    if (optional && step.status === 'waiting' && !step.mayHaveStarted) {
      return this.emit({ type: 'step-left-out', step: name })
    }
    const { nowMs, jitter } = this.context
    const dueAtMs = nowMs + holdMs(openForMs, nowMs - (heldOf(step)?.sinceMs ?? nowMs), jitter)
    this.emit({ type: 'step-held', step: name, direction, mode, dueAtMs })
  }

  finish(): Decision {
    return { events: this.#events, commands: this.#commands }
  }
}
