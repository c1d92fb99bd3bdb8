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

type Saga = SagaLogMessage['sagas'][number]

/** Of new orders; one that is told without the transition that brought it to rest was told with it, or will be. */
export function restsOf({ sagas, transitions }: SagaLogMessage): Rest[] {
  return sagas.flatMap((saga) => {
    const { sagaId, definition, status, failureCode, startedAtMs } = saga
    const atRest = transitions.findLast((transition) => isRest(transition, saga))
    const ending = endingOf(status, failureCode)
    if (definition.name !== ORDER_CREATE.ref.name || !atRest || !ending) return []
    const tookMs = Math.max(0, atRest.atMs - startedAtMs)
    return { sagaId, version: definition.version, ending, startedAtMs, tookMs }
  })
}

/** The end of a saga has an event of its own. Parked it is by whichever step is the last that waits. */
const isRest = (
  { sagaId, events }: SagaLogMessage['transitions'][number],
  { sagaId: wanted, status }: Saga,
): boolean =>
  sagaId === wanted && (status === 'parked' || events.some(({ type }) => type === `saga-${status}`))

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
