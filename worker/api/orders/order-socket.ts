/**
 * The order's WebSocket, and the ticket that opens it. The ticket is all the authority there is:
 * browsers cannot send a bearer token with a socket, and a cookie alone would let any site in.
 */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { socketTicketSchema } from '../contract.ts'
import { type ApiContext, ask } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'
import { limitAddress, requireLimitedSession } from '../rate-limits/rate-limits.ts'
import { assertUpgrade } from '../request-context.ts'
import { CUSTOMER_PROBLEMS, jsonAnswer, problems } from '../route-problems.ts'
import { namedOrder, orderParams } from './order-route.ts'

const TICKET_LENGTH_MAX = 128

const issueTicket = createRoute({
  method: 'post',
  path: '/api/orders/{id}/socket-ticket',
  operationId: 'issueSocketTicket',
  tags: ['Orders'],
  summary: 'A ticket for one socket',
  security: [{ cookie: [] }, { bearer: [] }],
  middleware: requireLimitedSession,
  request: { params: orderParams },
  responses: {
    200: jsonAnswer('The ticket', socketTicketSchema),
    ...problems(...CUSTOMER_PROBLEMS, 'order-not-found', 'saga-id-mismatch'),
  },
})

const openSocket = createRoute({
  method: 'get',
  path: '/api/orders/{id}/socket',
  operationId: 'openSocket',
  tags: ['Orders'],
  summary: 'Follow an order by WebSocket',
  description:
    'The server says `ServerMessage`, the whole order each time, and closes with 1000 once the ' +
    'order is settled. The client may say `{ "type": "resume", "after": <version> }`.',
  middleware: limitAddress,
  request: {
    params: orderParams,
    query: z.object({ ticket: z.string().max(TICKET_LENGTH_MAX).default('') }),
  },
  responses: {
    101: { description: 'The socket' },
    ...problems(
      'upgrade-required',
      'foreign-origin',
      'ticket-invalid',
      'rate-limited',
      'invalid-input',
      'order-not-found',
      'saga-id-mismatch',
      'service-unavailable',
    ),
  },
})

export const orderSocket = new OpenAPIHono<ApiContext>()
  .openapi(issueTicket, async (c) => {
    const { object } = namedOrder(c, c.req.valid('param').id)
    const ticket = await ask('orders', () => object.issueSocketTicket(c.get('customer')))
    if (ticket === null) throw new ProblemError('order-not-found')
    return c.json({ ticket }, 200)
  })
  .openapi(openSocket, async (c) => {
    assertUpgrade(c)
    const { object } = namedOrder(c, c.req.valid('param').id)
    const answer = await ask('orders', () => object.fetch(c.req.raw))
    if (!answer.webSocket) throw new ProblemError('ticket-invalid')
    return new Response(null, { status: 101, webSocket: answer.webSocket })
  })
