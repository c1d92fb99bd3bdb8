/** Commands as an order's object sends them. */
import { type OrderId, isOrderId, sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { Command, Json } from '../../durable-objects/core/messages.ts'

export function newOrderId(): OrderId {
  const id = `ord_${crypto.randomUUID().replaceAll('-', '')}`
  if (!isOrderId(id)) throw new RangeError(id)
  return id
}

let lastAttempt = 0

/** A command with an attempt of its own, by which its reply is recognised. */
export function command(
  orderId: OrderId,
  step: string,
  input: Json,
  rest: Partial<Command> = {},
): Command {
  lastAttempt += 1
  return {
    v: 1,
    orderId,
    sagaId: sagaIdOf(orderId),
    definition: { name: 'order-create', version: 1 },
    step,
    direction: 'action',
    mode: 'execute',
    attempt: lastAttempt,
    budgetMs: 1_000,
    holdMs: 60_000,
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    input,
    ...rest,
  }
}

export const compensation = (orderId: OrderId, step: string, input: Json): Command =>
  command(orderId, step, input, { direction: 'compensation' })

/** A command of the order's return saga. */
export const ofReturn = (orderId: OrderId, step: string, input: Json): Command =>
  command(orderId, step, input, { sagaId: sagaIdOf(orderId, 'return') })

/** The same command, sent once more. */
export const again = (sent: Command): Command =>
  command(sent.orderId, sent.step, sent.input, {
    sagaId: sent.sagaId,
    direction: sent.direction,
    mode: sent.mode,
  })
