/** An order's word on what a domain has of one of its steps. */
import { answerWithin } from '../../durable-objects/clock.ts'
import type { OrderId, SagaId } from '../../durable-objects/core/ids.ts'
import type { LeaseAnswer } from '../../durable-objects/core/messages.ts'
import type { Orders } from './replies.ts'
import type { Runtime } from './runtime.ts'

/** How long an order's object may take to answer. */
const ANSWER_MS = 2_000

type Question = { orderId: OrderId; sagaId: SagaId; step: string }

/** Throws when the object gives none in time. */
export async function askOrder(
  orders: Orders,
  { orderId, sagaId, step }: Question,
  runtime: Runtime,
): Promise<LeaseAnswer> {
  const order = orders.getByName(orderId)
  return answerWithin(ANSWER_MS, () => order.askAboutLease(sagaId, step), runtime.after)
}
