/** `GET /api/orders/{id}` and `…/status`. */
import { OpenAPIHono, createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type OrderView, orderPollSchema, orderSchema } from '../contract.ts'
import { etagOf } from '../order-version.ts'
import { type ApiContext, ask } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'
import { READER_PROBLEMS, jsonAnswer, problems } from '../route-problems.ts'
import { type CustomerContext, requireSession } from '../session/require-session.ts'
import { withOrderETag } from './order-etag.ts'
import { orderHeaders } from './order-headers.ts'
import { namedOrder, orderParams } from './order-route.ts'
import { waitedFor } from './prefer.ts'

const shared = {
  tags: ['Orders'],
  security: [{ cookie: [] }, { bearer: [] }],
  middleware: requireSession,
  request: { params: orderParams },
}

const notModified = { description: 'The version in If-None-Match is the current one' }
const ORDER_PROBLEMS = problems(...READER_PROBLEMS, 'order-not-found', 'saga-id-mismatch')

const readAnOrder = createRoute({
  ...shared,
  method: 'get',
  path: '/api/orders/{id}',
  operationId: 'readOrder',
  summary: 'An order as it is now',
  description:
    'Or, with Prefer: wait=N, as it is once it is confirmed or at rest. Without `shipTo` its address is ' +
    'lost: its object was restored.',
  responses: {
    200: { ...jsonAnswer('The order', orderSchema), headers: orderHeaders },
    304: notModified,
    ...ORDER_PROBLEMS,
  },
})

const pollAnOrder = createRoute({
  ...shared,
  method: 'get',
  path: '/api/orders/{id}/status',
  operationId: 'pollOrder',
  summary: 'Where an order stands, in few bytes',
  description:
    'For clients without WebSocket. Send If-None-Match, and Prefer: wait to ask less often; stop when ' +
    'it is settled.',
  responses: {
    200: { ...jsonAnswer('The status', orderPollSchema), headers: orderHeaders },
    304: notModified,
    ...ORDER_PROBLEMS,
  },
})

async function readCurrent(c: Context<CustomerContext>, id: string): Promise<OrderView> {
  const { object } = namedOrder(c, id)
  const read = () => object.read(c.get('customer'))
  const result = (await waitedFor(c, object)) ?? (await ask('orders', read))
  if (result.kind === 'not-found') throw new ProblemError('order-not-found')
  c.header('ETag', etagOf(result.order))
  return result.order
}

const app = new OpenAPIHono<ApiContext>()
app.use('/api/orders/:id', withOrderETag)
app.use('/api/orders/:id/status', withOrderETag)

export const readOrder = app
  .openapi(readAnOrder, async (c) => c.json(await readCurrent(c, c.req.valid('param').id), 200))
  .openapi(pollAnOrder, async (c) => {
    const { id, status, settled, version } = await readCurrent(c, c.req.valid('param').id)
    return c.json({ id, status, settled, version }, 200)
  })
