/**
 * What operators may do to a saga, and when it is refused. The object goes by it, and the console offers
 * what it allows.
 *
 * - `retry`: a parked step is asked again, under the same key.
 * - `skip`: what a parked step was to do is given up: a compensation, or an action beyond the
 *   pivot. Never the pivot, whose outcome is not guessed, nor anything while it is unknown.
 * - `compensate`: the saga is called off, under the same condition as cancelling.
 * - `resume`: what waits, for an answer or for its domain, is asked again now.
 *
 * What an operator asks for is asked also while the domain's breaker is open (E11).
 */
import type { Intervention } from './events.ts'
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

type ParkedStep = UnfinishedStep & { status: 'parked' }
const isParked = (step: UnfinishedStep): step is ParkedStep => step.status === 'parked'

export const parkedSteps = (saga: SagaState): ParkedStep[] => unfinishedSteps(saga).filter(isParked)

export const parkedStep = (saga: SagaState, name: string): ParkedStep | undefined =>
  parkedSteps(saga).find(({ plan }) => plan.name === name)

export const resumable = (saga: SagaState): StepState[] => [
  ...unfinishedSteps(saga).filter(
    (step) => !isParked(step) || step.reason === 'waiting-for-domain',
  ),
  ...heldBeforeStart(saga),
]
