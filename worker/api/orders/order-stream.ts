/**
 * An order by server-sent events, for networks that let no WebSocket through. The Worker holds the
 * order's socket itself and passes on what it says, so the object knows one kind of listener and
 * hibernates between transitions as ever.
 */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import { CLOSE_NORMAL } from '../../../durable-objects/close-codes.ts'
import { type OrderView, type ServerMessage, serverMessageSchema } from '../contract.ts'
import { versionTag } from '../order-version.ts'
import { type ApiContext, type OrderObject, ask } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'
import { requireLimitedSession } from '../rate-limits/rate-limits.ts'
import { CUSTOMER_PROBLEMS, problems } from '../route-problems.ts'
import type { CustomerContext } from '../session/require-session.ts'
import { namedOrder, orderParams } from './order-route.ts'

/** Proxies cut what is silent for a minute, some for half of one. Who listens hears it too. */
const HEARTBEAT_MS = 15_000

const followOrder = createRoute({
  method: 'get',
  path: '/api/orders/{id}/stream',
  operationId: 'followOrder',
  tags: ['Orders'],
  summary: 'Follow an order by server-sent events',
  description:
    'Each message is the whole order, as the socket says it, and has its version as id. An event ' +
    '`heartbeat` says at the beginning, and every 15 s, that the stream comes through. It ends once the ' +
    'order is settled; who comes back with that id gets 204, after which browsers do not ask again.',
  security: [{ cookie: [] }, { bearer: [] }],
  middleware: requireLimitedSession,
  request: {
    params: orderParams,
    headers: z.object({
      'Last-Event-ID': z.string().optional().openapi({
        description: 'What is known already is not sent again',
        example: '5',
      }),
    }),
  },
  responses: {
    200: {
      description: 'Messages as `ServerMessage`',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    204: { description: 'The order is settled, and this version of it is known' },
    ...problems(...CUSTOMER_PROBLEMS, 'order-not-found', 'saga-id-mismatch'),
  },
})

export const orderStream = new OpenAPIHono<ApiContext>().openapi(followOrder, async (c) => {
  const { id } = c.req.valid('param')
  const { object } = namedOrder(c, id)
  const order = await ownOrder(c, object)
  const known = c.req.valid('header')['Last-Event-ID']
  if (order.settled && known === versionTag(order)) return c.body(null, 204)
  const socket = await openSocket(c, object)
  return streamSSE(c, (stream) => passOn(socket, stream, known))
})

async function ownOrder(c: Context<CustomerContext>, object: OrderObject): Promise<OrderView> {
  const result = await ask('orders', () => object.read(c.get('customer')))
  if (result.kind === 'not-found') throw new ProblemError('order-not-found')
  return result.order
}

async function openSocket(c: Context<CustomerContext>, object: OrderObject): Promise<WebSocket> {
  return ask('orders', async () => {
    const ticket = await object.issueSocketTicket(c.get('customer'))
    const url = new URL(c.req.url)
    url.search = String(new URLSearchParams({ ticket: ticket ?? '' }))
    const answer = await object.fetch(new Request(url, { headers: { Upgrade: 'websocket' } }))
    if (!answer.webSocket) throw new Error(`no socket: ${answer.status}`)
    return answer.webSocket
  })
}

/** Until the order is settled, or whoever listens goes away. */
async function passOn(
  socket: WebSocket,
  stream: SSEStreamingApi,
  known: string | undefined,
): Promise<void> {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>()
  let last = known
  const tell = ({ order }: ServerMessage, data: string): void => {
    const id = versionTag(order)
    if (id === last) return
    last = id
    void stream.writeSSE({ id, data })
  }
  socket.addEventListener('message', ({ data }) => {
    if (typeof data === 'string') tell(serverMessageSchema.parse(JSON.parse(data)), data)
  })
  socket.addEventListener('close', () => end())
  socket.addEventListener('error', () => end())
  stream.onAbort(() => {
    socket.close(CLOSE_NORMAL, 'gone')
    end()
  })
  socket.accept()
  const beat = () => void stream.writeSSE({ event: 'heartbeat', data: '' })
  beat()
  const heartbeat = setInterval(beat, HEARTBEAT_MS)
  await ended
  clearInterval(heartbeat)
}
