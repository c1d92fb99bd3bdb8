/**
 * `GET /api/orders`. The list is read from the saga log, which follows the orders by about a
 * second: a page that has just placed one knows more than the list.
 */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { and, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { CustomerId, OrderId } from '../../../durable-objects/core/ids.ts'
import { orderIdSchema } from '../../../durable-objects/core/messages.ts'
import { sagaInstance } from '../../saga-log/schema.ts'
import { type OrderList, orderListSchema, orderStatusSchema } from '../contract.ts'
import { isOlderThan, newestFirst } from '../newest-first.ts'
import { type ApiContext, ask } from '../ports.ts'
import { READER_PROBLEMS, jsonAnswer, problems } from '../route-problems.ts'
import { requireSession } from '../session/require-session.ts'

const PAGE_ORDERS = 20
const PAGE_ORDERS_MAX = 100

const listMyOrders = createRoute({
  method: 'get',
  path: '/api/orders',
  operationId: 'listOrders',
  tags: ['Orders'],
  summary: 'My orders, the newest first',
  description: 'An order is listed about a second after it was placed.',
  security: [{ cookie: [] }, { bearer: [] }],
  middleware: requireSession,
  request: {
    query: z.object({
      before: orderIdSchema.optional().openapi({
        type: 'string',
        description: '`next` of the page before',
      }),
      limit: z.coerce.number().int().min(1).max(PAGE_ORDERS_MAX).default(PAGE_ORDERS),
    }),
  },
  responses: {
    200: jsonAnswer('A page of orders', orderListSchema),
    ...problems(...READER_PROBLEMS, 'invalid-input'),
  },
})

export const listOrders = new OpenAPIHono<ApiContext>().openapi(listMyOrders, async (c) => {
  const { before, limit } = c.req.valid('query')
  const page = await ask('saga-log', () =>
    readPage(c.env.SAGA_LOG_DB, c.get('customer'), before, limit),
  )
  return c.json(page, 200)
})

async function readPage(
  database: D1Database,
  customer: CustomerId,
  before: OrderId | undefined,
  limit: number,
): Promise<OrderList> {
  const rows = await drizzle(database)
    .select()
    .from(sagaInstance)
    .where(
      and(
        eq(sagaInstance.customerId, customer),
        // An order's first saga bears the order's id; the others are not orders.
        eq(sagaInstance.sagaId, sagaInstance.orderId),
        before && isOlderThan(before),
      ),
    )
    .orderBy(...newestFirst)
    .limit(limit + 1)
    .all()
  const orders = rows.slice(0, limit)
  return {
    orders: orders.map(({ orderId, orderStatus, settled, startedAtMs, summary }) => ({
      id: orderId,
      status: orderStatusSchema.parse(orderStatus),
      settled,
      placedAt: new Date(startedAtMs).toISOString(),
      ...summary,
    })),
    next: rows.length > limit ? (orders.at(-1)?.orderId ?? null) : null,
  }
}
