/**
 * What a domain is told again whose database was brought back to an earlier time.
 *
 * V1. All that it has done, as the journal says, each step after those that it builds on. What the
 *     domain still has is a repeat to its barrier. What it refused is compensated, which does nothing, so
 *     that a late copy of the action finds its row taken (B4 of barrier.ts).
 * V2. Nothing of a pivot. Its effect is with somebody else, who has kept it, and who has forgotten
 *     asking for it may charge twice, or take it for undone.
 * V3. Nothing of a step under way or parked: its saga, or an operator, asks for it again.
 * V4. Nothing, as long as this code cannot read all of the journal: what was done may be in the rest.
 */
import type { Command, Direction } from '../core/messages.ts'
import type { StepState } from '../core/saga-state.ts'
import { repeatOf } from './repeat.ts'
import { type OrderState, isReadable } from './state.ts'

/** null: nobody can say (V4). */
export function remindersFor(order: OrderState, domain: string): Command[] | null {
  if (!isReadable(order)) return null
  return [...order.sagas.values()].flatMap((saga) =>
    [...saga.steps.values()].flatMap((step) => {
      const direction = step.plan.domain === domain ? doneIn(step) : null
      return direction ? [repeatOf(order, saga, step, direction)] : []
    }),
  )
}

function doneIn({ plan, status }: StepState): Direction | null {
  if (plan.kind === 'pivot') return null
  if (status === 'succeeded') return 'action'
  if (status === 'compensated') return 'compensation'
  return status === 'rejected' && plan.kind === 'compensatable' ? 'compensation' : null
}
