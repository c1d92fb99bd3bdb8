/** An order's word on what a domain has of one of its steps. */
import type { OrderId, SagaId } from '../../durable-objects/core/ids.ts'
import type { LeaseAnswer } from '../../durable-objects/core/messages.ts'
import type { Orders } from './replies.ts'
import type { Runtime } from './runtime.ts'
import { within } from './within.ts'

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
  const answer = await within({ callMs: ANSWER_MS, runtime }, () =>
    order.askAboutLease(sagaId, step),
  )
  if (answer === undefined) throw new Error(`no answer in ${ANSWER_MS} ms`)
  return answer
}
