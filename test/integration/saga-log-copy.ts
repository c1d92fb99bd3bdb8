/** The saga log as tests see it: messages as the queue hands them over, and what D1 makes of them. */
import { createExecutionContext, createMessageBatch, getQueueResult } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import type { Transition } from '../../durable-objects/core/events.ts'
import { isOrderId, sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { SagaLogMessage } from '../../durable-objects/saga-log/message.ts'
import { consumeSagaLog } from '../../worker/saga-log/consumer.ts'
import { Customer, eventually, fullOrder } from './shop.ts'

export const eventsOf = async (orderId: string) =>
  (
    await env.SAGA_LOG_DB.prepare('select seq from saga_event where order_id = ? order by seq')
      .bind(orderId)
      .all<{ seq: number }>()
  ).results.map(({ seq }) => seq)

export const upTo = (version: number) => Array.from({ length: version }, (_, index) => index + 1)

export async function atRest(orderId: string, version: number): Promise<void> {
  await eventually(
    () => eventsOf(orderId),
    (seqs) => JSON.stringify(seqs) === JSON.stringify(upTo(version)),
  )
}

/** All of it is in D1, too. */
export async function settledOrder() {
  const customer = await Customer.arrive()
  const { id } = await customer.order(fullOrder)
  const { version } = await customer.settled(id)
  await atRest(id, version)
  return { id, version }
}

/** The second and the third transition, as if their messages had been lost. */
export const loseTransitions = (orderId: string) =>
  env.SAGA_LOG_DB.prepare('delete from saga_event where order_id = ? and seq in (2, 3)')
    .bind(orderId)
    .run()

export const instanceOf = (orderId: string) =>
  env.SAGA_LOG_DB.prepare(
    'select status, settled, has_gap, last_seq from saga_instance where saga_id = ?',
  )
    .bind(orderId)
    .first<{ status: string; settled: number; has_gap: number; last_seq: number }>()

export function messageOf(
  orderId: string,
  status: 'running' | 'completed',
  transitions: readonly Omit<Transition, 'sagaId'>[],
  version: number,
  epoch = 1,
): SagaLogMessage {
  if (!isOrderId(orderId)) throw new RangeError(orderId)
  const sagaId = sagaIdOf(orderId)
  return {
    v: 1,
    orderId,
    customer: 'cus',
    orderStatus: status === 'completed' ? 'confirmed' : 'pending',
    settled: status === 'completed',
    summary: { total: { amount: 1, currency: 'USD' }, units: 1 },
    epoch,
    version,
    updatedAtMs: 1_000,
    sagas: [
      {
        sagaId,
        definition: { name: 'order-create', version: 1 },
        status,
        startedAtMs: 1,
        deadlineAtMs: 2,
        failureCode: null,
        traceId: 'trace',
      },
    ],
    transitions: transitions.map((transition) => ({ ...transition, sagaId })),
  }
}

export async function consume(bodies: unknown[]) {
  const messages = bodies.map((body, index) => ({
    id: String(index),
    timestamp: new Date(),
    attempts: 1,
    body,
  }))
  const batch = createMessageBatch('edge-saga-log', messages)
  await consumeSagaLog(batch, env)
  return getQueueResult(batch, createExecutionContext())
}
