/** One order as operators see it: what its object says, beside what D1 has of it. */
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import { logWarning } from '../../../durable-objects/log.ts'
import type { Inspection } from '../../../durable-objects/order-rpc.ts'
import type { OrderView } from '../contract.ts'
import { type ApiBindings, type OrderObject, ask } from '../ports.ts'
import type { SagaDetail } from './contract.ts'
import { type LogCopy, logCopiesOf } from './saga-log-reads.ts'

/**
 * The detail of an order after `question`, which asks its object. D1 is read first: what it has is
 * in the journal by then, so a lead of D1 is a fault, not a race.
 */
export async function detailAfter(
  env: ApiBindings,
  orderId: OrderId,
  question: (order: OrderObject) => Promise<Inspection>,
): Promise<SagaDetail> {
  const copy = await logCopyOf(env.SAGA_LOG_DB, orderId)
  const { order, transitions, ...rest } = await question(env.ORDERS.getByName(orderId))
  const isEqual = copy?.count === transitions.length && copy.lastSeq === order.version
  return { ...rest, order: withoutPerson(order), transitions, log: copy && { ...copy, isEqual } }
}

export function withoutPerson({ shipTo: _personal, ...order }: OrderView): SagaDetail['order'] {
  return order
}

/** Null while D1 does not answer: sagas are seen and repaired without their log's copy. */
async function logCopyOf(database: D1Database, orderId: OrderId): Promise<LogCopy | null> {
  try {
    const copies = await ask('saga-log', () => logCopiesOf(database, [orderId]))
    return copies.get(orderId) ?? { count: 0, lastSeq: 0 }
  } catch (error) {
    logWarning('saga-log-not-read', { orderId }, error)
    return null
  }
}
