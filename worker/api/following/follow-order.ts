/**
 * Following an order by its link, without the session that placed it. The key is all the authority
 * there is, and reading all that it gives: no other route takes it.
 */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { OrderView } from '../contract.ts'
import { type FollowedOrder, followKeySchema, followedOrderSchema } from '../follow-contract.ts'
import { etagOf } from '../order-version.ts'
import { withOrderETag } from '../orders/order-etag.ts'
import { orderHeaders } from '../orders/order-headers.ts'
import { namedOrder, orderParams } from '../orders/order-route.ts'
import { type ApiContext, ask } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'
import { limitAddress, requireLimitedSession } from '../rate-limits/rate-limits.ts'
import { CUSTOMER_PROBLEMS, jsonAnswer, problems } from '../route-problems.ts'
import { sessionSecretOf } from '../session/require-session.ts'
import { isFollowKeyOf, issueFollowKey } from './follow-key.ts'

const KEY_LENGTH_MAX = 512

const issueKey = createRoute({
  method: 'post',
  path: '/api/orders/{id}/follow-key',
  operationId: 'issueFollowKey',
  tags: ['Orders'],
  summary: 'A key to let somebody else, or another device, follow an order',
  description:
    'It shows the order without its street, and changes nothing. It cannot be taken back.',
  security: [{ cookie: [] }, { bearer: [] }],
  middleware: requireLimitedSession,
  request: { params: orderParams },
  responses: {
    200: jsonAnswer('The key', followKeySchema),
    ...problems(...CUSTOMER_PROBLEMS, 'order-not-found', 'saga-id-mismatch'),
  },
})

const readByKey = createRoute({
  method: 'get',
  path: '/api/orders/{id}/followed',
  operationId: 'readFollowedOrder',
  tags: ['Orders'],
  summary: 'An order as its follow key shows it',
  description:
    'Send If-None-Match, and stop when it is settled. A wrong key is an order that is not there.',
  middleware: limitAddress,
  request: {
    params: orderParams,
    headers: z.object({
      // Not checked here: a key that cannot be is a wrong one, not bad input.
      'Follow-Key': z.string().optional().openapi({ description: 'From `…/follow-key`' }),
    }),
  },
  responses: {
    200: { ...jsonAnswer('The order', followedOrderSchema), headers: orderHeaders },
    304: { description: 'The version in If-None-Match is the current one' },
    ...problems(
      'order-not-found',
      'saga-id-mismatch',
      'rate-limited',
      'not-configured',
      'service-unavailable',
    ),
  },
})

const app = new OpenAPIHono<ApiContext>()
app.use('/api/orders/:id/followed', withOrderETag)

export const followOrder = app
  .openapi(issueKey, async (c) => {
    const { orderId, object } = namedOrder(c, c.req.valid('param').id)
    const result = await ask('orders', () => object.read(c.get('customer')))
    if (result.kind === 'not-found') throw new ProblemError('order-not-found')
    const { key, untilMs } = await issueFollowKey(orderId, sessionSecretOf(c.env), Date.now())
    return c.json({ key, until: new Date(untilMs).toISOString() }, 200)
  })
  .openapi(readByKey, async (c) => {
    const { orderId, object } = namedOrder(c, c.req.valid('param').id)
    const key = c.req.valid('header')['Follow-Key'] ?? ''
    const isGood =
      key.length <= KEY_LENGTH_MAX && (await isFollowKeyOf(orderId, key, sessionSecretOf(c.env)))
    if (!isGood) throw new ProblemError('order-not-found')
    const result = await ask('orders', () => object.readFollowed())
    if (result.kind === 'not-found') throw new ProblemError('order-not-found')
    c.header('ETag', etagOf(result.order))
    return c.json(followedView(result.order), 200)
  })

/** By name: what an order will have one day is not shown until somebody says so here. */
function followedView(order: OrderView): FollowedOrder {
  const { shipTo, failure } = order
  return {
    id: order.id,
    status: order.status,
    settled: order.settled,
    version: order.version,
    epoch: order.epoch,
    placedAt: order.placedAt,
    lines: order.lines,
    subtotal: order.subtotal,
    discount: order.discount,
    pointsDiscount: order.pointsDiscount,
    shipping: order.shipping,
    total: order.total,
    delivery: order.delivery,
    steps: order.steps,
    ...(shipTo && { shipTo: { city: shipTo.city, country: shipTo.country } }),
    ...(failure && { failure: { code: failure.code, title: failure.title } }),
  }
}
