/**
 * What an order says of a hold whose lease has ended, and of a pivot's effect that its domain does
 * not know.
 *
 * H4. `release` needs a saga that is over and was compensated, and a step of which nothing may be
 *     left. Everything else keeps: a living saga needs its holds, a completed one whose hold is
 *     open and a step that was written off are an operator's affair, and an order that is not
 *     there may have lost its storage and be restored.
 * H5. The command is one of the saga's own, once more (repeat.ts).
 * H6. Of a pivot it says `void` under the same conditions: a saga that compensated was told that its
 *     pivot did nothing, or never began it. What it did all the same must be taken back.
 */
import type { SagaId } from '../core/ids.ts'
import type { LeaseAnswer } from '../core/messages.ts'
import type { StepState } from '../core/saga-state.ts'
import { repeatOf } from './repeat.ts'
import type { OrderState } from './state.ts'

const KEEP: LeaseAnswer = { kind: 'keep' }

export function leaseAnswer(
  order: OrderState | null,
  sagaId: SagaId,
  stepName: string,
): LeaseAnswer {
  const saga = order?.sagas.get(sagaId)
  const step = saga?.steps.get(stepName)
  if (!order || !saga || !step) return KEEP
  if (saga.phase !== 'compensated' || saga.unreadable !== null || !isOver(step)) return KEEP
  if (step.plan.kind === 'pivot') return { kind: 'void' }
  const command = repeatOf(order, saga, step, 'compensation')
  return { kind: 'release', command: JSON.stringify(command) }
}

/** For the journal it never had an effect, or has none any more. What follows the pivot stays. */
function isOver({ plan, status }: StepState): boolean {
  if (plan.kind === 'retriable') return false
  return status === 'compensated' || status === 'rejected' || status === 'waiting'
}
