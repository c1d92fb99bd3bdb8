/** What operators do to a saga. When it is refused, `refusals.ts` says. */
import type { SagaDefinition } from './definition.ts'
import type { Draft } from './draft.ts'
import type { Intervention, Operator } from './events.ts'
import { parkedStep, refusalOf, resumable } from './refusals.ts'
import { askAgain, endForwardPhaseInTime } from './timers.ts'
import { unreachable } from './unreachable.ts'

/** E9. */
export function applyIntervention<Order>(
  draft: Draft,
  definition: SagaDefinition<Order>,
  { by, reason, ...intervention }: Operator & Intervention,
): void {
  if (refusalOf(draft.saga, intervention) !== null) return
  draft.emit({ type: 'operator-intervened', by, reason, ...intervention })
  switch (intervention.action) {
    case 'retry':
    case 'skip': {
      const step = parkedStep(draft.saga, intervention.step)
      if (!step) return
      if (intervention.action === 'retry') return askAgain(draft, definition, step, true)
      return draft.emit({ type: 'step-skipped', step: step.plan.name, direction: step.direction })
    }
    case 'compensate':
      return draft.emit({ type: 'compensation-started', code: 'stopped-by-operator' })
    case 'resume':
      if (endForwardPhaseInTime(draft, definition)) return
      for (const step of resumable(draft.saga)) askAgain(draft, definition, step, true)
      return
    default:
      return unreachable(intervention)
  }
}
