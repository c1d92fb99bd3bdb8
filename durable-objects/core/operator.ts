/**
 * What operators may do to a saga, and when it is refused.
 *
 * - `retry`: a parked step is asked again, under the same key.
 * - `skip`: what a parked step was to do is given up: a compensation, or an action beyond the
 *   pivot. Never the pivot, whose outcome is not guessed, nor anything while it is unknown.
 * - `compensate`: the saga is called off, under the same condition as cancelling.
 * - `resume`: what waits, for an answer or for its domain, is asked again now.
 *
 * What an operator asks for is asked also while the domain's breaker is open (E11).
 */
import type { SagaDefinition } from './definition.ts'
import type { Draft } from './draft.ts'
import type { Intervention, Operator } from './events.ts'
import {
  type SagaState,
  type StepState,
  type UnfinishedStep,
  hasEnded,
  heldBeforeStart,
  isCancellable,
  isDecided,
  unfinishedSteps,
} from './saga-state.ts'
import { askAgain } from './timers.ts'
import { unreachable } from './unreachable.ts'

export type InterventionConflict =
  | 'saga-ended'
  | 'step-not-parked'
  | 'not-skippable'
  | 'pivot-sent'
  | 'nothing-to-resume'

/** Why `intervention` would change nothing; null when it is possible. */
export function refusalOf(
  saga: SagaState,
  intervention: Intervention,
): InterventionConflict | null {
  if (hasEnded(saga)) return 'saga-ended'
  switch (intervention.action) {
    case 'retry':
      return parkedStep(saga, intervention.step) ? null : 'step-not-parked'
    case 'skip': {
      const step = parkedStep(saga, intervention.step)
      if (!step) return 'step-not-parked'
      return step.direction === 'compensation' || isDecided(saga) ? null : 'not-skippable'
    }
    case 'compensate':
      return isCancellable(saga) ? null : 'pivot-sent'
    case 'resume':
      return resumable(saga).length > 0 ? null : 'nothing-to-resume'
    default:
      return unreachable(intervention)
  }
}

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
      for (const step of resumable(draft.saga)) askAgain(draft, definition, step, true)
      return
    default:
      return unreachable(intervention)
  }
}

type ParkedStep = UnfinishedStep & { status: 'parked' }
const isParked = (step: UnfinishedStep): step is ParkedStep => step.status === 'parked'

const parkedStep = (saga: SagaState, name: string): ParkedStep | undefined =>
  unfinishedSteps(saga)
    .filter(isParked)
    .find(({ plan }) => plan.name === name)

const resumable = (saga: SagaState): StepState[] => [
  ...unfinishedSteps(saga).filter(
    (step) => !isParked(step) || step.reason === 'waiting-for-domain',
  ),
  ...heldBeforeStart(saga),
]
