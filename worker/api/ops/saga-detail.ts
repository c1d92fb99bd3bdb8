/** One order as operators see it: what its object says, beside what D1 has of it. */
import { type OrderId, type SagaId, orderIdOf } from '../../../durable-objects/core/ids.ts'
import { logWarning } from '../../../durable-objects/log.ts'
import type { Inspection } from '../../../durable-objects/order-rpc.ts'
import type { OrderView } from '../contract.ts'
import { type ApiBindings, type OrderObject, ask } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'
import type { SagaDetail } from './contract.ts'
import { type LogCopy, NO_COPY, logCopiesOf } from './saga-log-reads.ts'

/**
 * The detail of a saga's order after `question`, which asks its object; null: it has no journal. D1 is read
 * first: what it has is in the journal by then, so a lead of D1 is a fault, not a race.
 */
export async function detailAfter(
  env: ApiBindings,
  sagaId: SagaId,
  question: (order: OrderObject) => Promise<Inspection | null>,
): Promise<SagaDetail> {
  const orderId = orderIdOf(sagaId)
  const copy = await logCopyOf(env.SAGA_LOG_DB, orderId)
  const inspection = await question(env.ORDERS.getByName(orderId))
  if (!inspection) throw new ProblemError('saga-not-found', { detail: lossOf(orderId, copy) })
  if (!inspection.sagas.some((saga) => saga.sagaId === sagaId)) {
    throw new ProblemError('saga-not-found', {
      detail: 'There is its order, which has no such saga.',
    })
  }
  const { order, transitions, ...rest } = inspection
  const isEqual = copy?.count === transitions.length && copy.lastSeq === order.version
  return { ...rest, order: withoutPerson(order), transitions, log: copy && { ...copy, isEqual } }
}

const PRUNED_AND_LOST =
  'Its object has lost its journal, and D1 keeps none of orders that ended so long ago ' +
  '(`SAGA_LOG_RETENTION_DAYS`). A state of D1 from before that may have it, with Time Travel.'

/** Where D1 has something of it, or had, there was a journal. */
function lossOf(orderId: OrderId, copy: LogCopy | null): string | undefined {
  if (copy?.pruned) return PRUNED_AND_LOST
  if (!copy?.count) return undefined
  return (
    `Its object has lost its journal, of which D1 has ${copy.count} ` +
    `${copy.count === 1 ? 'transition' : 'transitions'}. ` +
    `\`POST /api/ops/sagas/${orderId}/restore\` gives them back to it.`
  )
}

export function withoutPerson({ shipTo: _personal, ...order }: OrderView): SagaDetail['order'] {
  return order
}

/** Null while D1 does not answer: sagas are seen and repaired without their log's copy. */
async function logCopyOf(database: D1Database, orderId: OrderId): Promise<LogCopy | null> {
  try {
    const copies = await ask('saga-log', () => logCopiesOf(database, [orderId]))
    return copies.get(orderId) ?? NO_COPY
  } catch (error) {
    logWarning('saga-log-not-read', { orderId }, error)
    return null
  }
}
