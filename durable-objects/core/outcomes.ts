/**
 * What a saga's inputs say of the domains that it waits for.
 *
 * U10. Who waits reports: a domain that stands still reports nothing. A reply is a success, also one
 *      that says no; what says that nothing is known, a command that died, and silence are failures.
 * U13. A repeat that is answered so once more is no news: a bank that takes five seconds is asked some
 *      seven times, and two such banks would close a quiet shop.
 */
import type { LaterInput } from './inputs.ts'
import type { Reply } from './messages.ts'
import { type SagaState, unfinishedSteps } from './saga-state.ts'

/**
 * `answersFirst`: a first attempt is no longer under way (L4); `tookMs`: from it to its reply (L1);
 * `isNews`: false for what was known before (U13).
 */
export type Outcome = {
  domain: string
  isWell: boolean
  isNews: boolean
  answersFirst: boolean
  tookMs?: number
}

export function outcomesOf(
  saga: SagaState,
  inputs: readonly LaterInput[],
  nowMs: number,
): Outcome[] {
  return inputs.flatMap((input) => {
    switch (input.type) {
      case 'reply-received': {
        const isWell = input.reply.outcome !== 'transient'
        const isNews = isWell || input.reply.attempt === 1
        const took = isWell ? tookOf(saga, input.reply, nowMs) : {}
        return outcomeOf(saga, input.reply, isWell).map((met) => ({ ...met, isNews, ...took }))
      }
      case 'command-died':
        return outcomeOf(saga, input, false)
      case 'timer':
        return unfinishedSteps(saga)
          .filter(
            (step) => 'awaiting' in step && step.awaiting === 'reply' && step.dueAtMs <= nowMs,
          )
          .map(({ plan }) => ({
            domain: plan.domain,
            isWell: false,
            isNews: true,
            answersFirst: false,
          }))
      default:
        return []
    }
  })
}

function outcomeOf(
  saga: SagaState,
  { step, attempt }: { step: string; attempt: number },
  isWell: boolean,
): Outcome[] {
  const domain = saga.steps.get(step)?.plan.domain
  return domain === undefined ? [] : [{ domain, isWell, isNews: true, answersFirst: attempt === 1 }]
}

/** Of actions only: what a compensation began is not known. */
function tookOf(saga: SagaState, reply: Reply, nowMs: number): { tookMs?: number } {
  const step = saga.steps.get(reply.step)
  if (step?.status !== 'started' || step.startedAtMs === null) return {}
  if (reply.direction !== 'action' || reply.attempt !== 1) return {}
  return { tookMs: Math.max(0, nowMs - step.startedAtMs) }
}
