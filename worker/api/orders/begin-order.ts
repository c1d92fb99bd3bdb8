/**
 * Begins an order on the version of the saga that is its customer's (RO1).
 *
 * RO4. Where the candidate cannot begin it, tried three times, the order begins on the stable version, and so do
 *      all that follow (RO3). Nothing is begun twice: whichever came through first is the order (N1).
 */
import { ExponentialBackoff, handleAll, retry } from 'cockatiel'
import type { SagaDefinition } from '../../../durable-objects/core/definition.ts'
import type { CustomerId } from '../../../durable-objects/core/ids.ts'
import { versionFor } from '../../../durable-objects/core/rollout.ts'
import { logWarning } from '../../../durable-objects/log.ts'
import type { PlaceResult, PlacedOrder, Placement } from '../../../durable-objects/order-rpc.ts'
import { rolloutOf, splitOf } from '../../../durable-objects/rollout-desk.ts'
import { ORDER_CREATE, definitionOf } from '../../../durable-objects/sagas/registry.ts'
import { type ApiBindings, type OrderObject, ask } from '../ports.ts'
import { newVersionComes } from '../problem-error.ts'

/** `first` is to be begun on; where that is the candidate, `otherwise` is the stable version. */
export type Versions = {
  first: SagaDefinition<PlacedOrder>
  otherwise: SagaDefinition<PlacedOrder> | null
}

type Begun = Exclude<PlaceResult, { kind: 'version-unknown' }>

const CANDIDATE_TIMEOUT_MS = 1_500

/** RO4: the first time, and two more. */
const stubbornly = retry(handleAll, {
  maxAttempts: 2,
  backoff: new ExponentialBackoff({ initialDelay: 50, maxDelay: 200 }),
})

/** A version that this code does not know, since it is older, is left out. */
export async function versionsFor(
  env: Pick<ApiBindings, 'ROLLOUTS'>,
  customer: CustomerId,
): Promise<Versions> {
  const split = await splitOf(env.ROLLOUTS)
  const { name } = ORDER_CREATE.ref
  const stable = definitionOf({ name, version: split.stable }) ?? ORDER_CREATE
  const first = definitionOf({ name, version: versionFor(split, customer) }) ?? stable
  return { first, otherwise: first === stable ? null : stable }
}

/** Throws `service-unavailable` where no version can be begun. */
export async function begin(
  env: Pick<ApiBindings, 'ROLLOUTS'>,
  object: OrderObject,
  placement: Omit<Placement, 'definition'>,
  { first, otherwise }: Versions,
): Promise<Begun> {
  if (!otherwise) return beginOn(object, placement, first)
  try {
    return await stubbornly.execute(() => beginOn(object, placement, first, CANDIDATE_TIMEOUT_MS))
  } catch (error) {
    const begun = await beginOn(object, placement, otherwise)
    if (begun.kind === 'placed') await takeBack(env, first.ref.version, reasonOf(error))
    return begun
  }
}

async function beginOn(
  object: OrderObject,
  placement: Omit<Placement, 'definition'>,
  { ref }: SagaDefinition<PlacedOrder>,
  timeoutMs?: number,
): Promise<Begun> {
  const place = () => object.place({ ...placement, definition: ref })
  const result = await ask('orders', place, timeoutMs)
  if (result.kind !== 'version-unknown') return result
  throw newVersionComes(`the object does not know version ${ref.version}`)
}

/** Never rejects: the order is placed. Who comes next may try the candidate again, and says it again. */
async function takeBack(
  { ROLLOUTS }: Pick<ApiBindings, 'ROLLOUTS'>,
  version: number,
  why: string,
): Promise<void> {
  try {
    await ask('rollout', () => rolloutOf(ROLLOUTS).couldNotBegin(version, why))
  } catch (error) {
    logWarning('rollout-not-told', { version, why }, error)
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  return cause instanceof Error ? cause.message : String(cause)
}
