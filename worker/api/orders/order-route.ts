/** What all routes under `/api/orders/{id}` share. */
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type OrderId, isOrderId } from '../../../durable-objects/core/ids.ts'
import type { ApiContext, OrderObject } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'

export const orderParams = z.object({
  // Not checked here: an id that cannot be is an order that is not there, not bad input.
  id: z.string().openapi({ example: 'ord_0123456789abcdef0123456789abcdef' }),
})

type NamedOrder = { orderId: OrderId; object: OrderObject }

/** The order that the path names, and its object. */
export function namedOrder<E extends ApiContext>(c: Context<E>, id: string): NamedOrder {
  if (!isOrderId(id)) throw new ProblemError('order-not-found')
  bindSagaId(c, id)
  return { orderId: id, object: c.env.ORDERS.getByName(id) }
}

/** X-Saga-ID goes back as the order's id, so that logs on both sides meet. */
export function bindSagaId(c: Context, orderId: OrderId): void {
  const theirs = c.req.header('X-Saga-ID')
  c.header('X-Saga-ID', orderId)
  if (theirs !== undefined && theirs !== orderId) throw new ProblemError('saga-id-mismatch')
}
