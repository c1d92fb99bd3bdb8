/**
 * What a saga's inputs say of the domains that it waits for.
 *
 * U10. Who waits reports: a domain that stands still reports nothing. A reply is a success, also one
 *      that says no; what says that nothing is known, a command that died, and silence are failures.
 */
import type { LaterInput } from './inputs.ts'
import { type SagaState, unfinishedSteps } from './saga-state.ts'

export type Outcome = { domain: string; isWell: boolean }

export function outcomesOf(
  saga: SagaState,
  inputs: readonly LaterInput[],
  nowMs: number,
): Outcome[] {
  return inputs.flatMap((input) => {
    switch (input.type) {
      case 'reply-received': {
        const { step, outcome } = input.reply
        return outcomeOf(saga, step, outcome !== 'transient')
      }
      case 'command-died':
        return outcomeOf(saga, input.step, false)
      case 'timer':
        return unfinishedSteps(saga)
          .filter(
            (step) => 'awaiting' in step && step.awaiting === 'reply' && step.dueAtMs <= nowMs,
          )
          .map(({ plan }) => ({ domain: plan.domain, isWell: false }))
      default:
        return []
    }
  })
}

function outcomeOf(saga: SagaState, step: string, isWell: boolean): Outcome[] {
  const domain = saga.steps.get(step)?.plan.domain
  return domain === undefined ? [] : [{ domain, isWell }]
}
