/** What the saga log's messages tell a rollout: which sagas have come to rest, on which version, and how. */
import type { Ending } from '../../durable-objects/core/canary.ts'
import { answerWithin } from '../../durable-objects/clock.ts'
import { isUnderWay } from '../../durable-objects/core/rollout.ts'
import { logWarning } from '../../durable-objects/log.ts'
import { rolloutOf, splitOf } from '../../durable-objects/rollout-desk.ts'
import type { Rest, Rollouts } from '../../durable-objects/rollout-rpc.ts'
import type { SagaLogMessage } from '../../durable-objects/saga-log/message.ts'
import { ORDER_CREATE } from '../../durable-objects/sagas/registry.ts'

/** Nobody's fault. */
const CALLED_OFF = ['cancelled', 'stopped-by-operator']
/** What no domain has said: it could not be waited for any longer. */
const OUT_OF_TIME = ['deadline-exceeded', 'domain-unavailable']

const PATIENCE_MS = 1_000

/** Of new orders; one that is told without a transition came to rest before, and was told then. */
export function restsOf(message: SagaLogMessage): Rest[] {
  return message.sagas.flatMap(({ sagaId, definition, status, failureCode, startedAtMs }) => {
    const last = message.transitions.findLast((transition) => transition.sagaId === sagaId)
    const ending = endingOf(status, failureCode)
    if (definition.name !== ORDER_CREATE.ref.name || !last || !ending) return []
    const tookMs = Math.max(0, last.atMs - startedAtMs)
    return { sagaId, version: definition.version, ending, startedAtMs, tookMs }
  })
}

function endingOf(status: string, failureCode: string | null): Ending | null {
  if (status === 'completed') return 'completed'
  if (status === 'parked') return 'failed'
  if (status !== 'compensated' || CALLED_OFF.includes(failureCode ?? '')) return null
  return OUT_OF_TIME.includes(failureCode ?? '') ? 'failed' : 'refused'
}

/** Never rejects: figures may miss some, the log may not. */
export async function tellRollout(
  rollouts: Rollouts,
  messages: readonly SagaLogMessage[],
): Promise<void> {
  const rests = messages.flatMap(restsOf)
  try {
    if (rests.length === 0 || !isUnderWay(await splitOf(rollouts))) return
    await answerWithin(PATIENCE_MS, () => rolloutOf(rollouts).observe(rests))
  } catch (error) {
    logWarning('rollout-not-told', { rests: rests.length }, error)
  }
}
