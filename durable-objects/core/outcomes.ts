/**
 * What a saga's inputs say of the domains that it waits for.
 *
 * U10. Who waits reports: a domain that stands still reports nothing. A reply is a success, also one
 *      that says no; what says that nothing is known, a command that died, and silence are failures.
 */
import type { LaterInput } from './inputs.ts'
import type { Reply } from './messages.ts'
import { type SagaState, unfinishedSteps } from './saga-state.ts'

/** `tookMs`: from the first attempt to its own reply (L1). */
export type Outcome = { domain: string; isWell: boolean; tookMs?: number }

export function outcomesOf(
  saga: SagaState,
  inputs: readonly LaterInput[],
  nowMs: number,
): Outcome[] {
  return inputs.flatMap((input) => {
    switch (input.type) {
      case 'reply-received': {
        const { step, outcome } = input.reply
        if (outcome === 'transient') return outcomeOf(saga, step, false)
        const took = tookOf(saga, input.reply, nowMs)
        return outcomeOf(saga, step, true).map((met) => ({ ...met, ...took }))
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

/** Of actions only: what a compensation began is not known. */
function tookOf(saga: SagaState, reply: Reply, nowMs: number): { tookMs?: number } {
  const step = saga.steps.get(reply.step)
  if (step?.status !== 'started' || step.startedAtMs === null) return {}
  if (reply.direction !== 'action' || reply.attempt !== 1) return {}
  return { tookMs: Math.max(0, nowMs - step.startedAtMs) }
}
