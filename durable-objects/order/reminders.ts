/**
 * What a domain is told again whose database was brought back to an earlier time.
 *
 * V1. All that it has done, as the journal says, each step after those that it builds on. What the
 *     domain still has is a repeat to its barrier.
 * V2. Nothing of a pivot. Its effect is with somebody else, who has kept it, and who has forgotten
 *     asking for it may charge twice, or take it for undone.
 * V3. Nothing of a step under way or parked: its saga, or an operator, asks for it again.
 */
import type { Command, Direction } from '../core/messages.ts'
import type { StepState } from '../core/saga-state.ts'
import { repeatOf } from './repeat.ts'
import type { OrderState } from './state.ts'

export const remindersFor = (order: OrderState, domain: string): Command[] =>
  [...order.sagas.values()].flatMap((saga) =>
    [...saga.steps.values()].flatMap((step) => {
      const direction = step.plan.domain === domain ? doneIn(step) : null
      return direction ? [repeatOf(order, saga, step, direction)] : []
    }),
  )

function doneIn({ plan, status }: StepState): Direction | null {
  if (plan.kind === 'pivot') return null
  if (status === 'succeeded') return 'action'
  return status === 'compensated' ? 'compensation' : null
}
