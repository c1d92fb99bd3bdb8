/** A command of a saga once more, outside its course: nobody waits for the reply. */
import { type Command, type Direction, MESSAGE_VERSION } from '../core/messages.ts'
import type { SagaState, StepState } from '../core/saga-state.ts'
import type { OrderState } from './state.ts'

/**
 * It carries what its action carried, from the journal (E8). It is the first attempt of its kind, and the
 * last: `done` would count whichever it answers (E5, E6).
 */
export const repeatOf = (
  order: OrderState,
  saga: SagaState,
  { plan }: StepState,
  direction: Direction,
): Command => ({
  v: MESSAGE_VERSION,
  orderId: order.orderId,
  sagaId: saga.sagaId,
  definition: saga.definition,
  step: plan.name,
  direction,
  mode: 'execute',
  attempt: 1,
  budgetMs: 0,
  holdMs: 0,
  traceparent: saga.traceparent,
  input: plan.input,
})
