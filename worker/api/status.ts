/** `GET /api/status`, and its socket: which services are out of order, for whoever looks at the shop. */
import { OpenAPIHono, createRoute } from '@hono/zod-openapi'
import { STATUS_BOARD } from '../../durable-objects/breaker-rpc.ts'
import { DOMAINS } from '../domains/reads.ts'
import { deskOf } from './obstacles.ts'
import { type ApiContext, ask } from './ports.ts'
import { ProblemError } from './problem-error.ts'
import { PERIOD_S, addressOf, limitAddress } from './rate-limits/rate-limits.ts'
import { assertUpgrade } from './request-context.ts'
import { jsonAnswer, problems } from './route-problems.ts'
import { serviceStatusSchema } from './status-contract.ts'

const readStatus = createRoute({
  method: 'get',
  path: '/api/status',
  operationId: 'readStatus',
  tags: ['Shop'],
  summary: 'Which services are out of order',
  description: 'A second old at most. A service of which nothing is known counts as working.',
  responses: { 200: jsonAnswer('Every service', serviceStatusSchema), ...problems() },
})

const openStatusSocket = createRoute({
  method: 'get',
  path: '/api/status/socket',
  operationId: 'openStatusSocket',
  tags: ['Shop'],
  summary: 'Hear by WebSocket which services are out of order',
  description:
    'The server says `StatusMessage`, at once and after each change. Who gets no socket, because there ' +
    'are too many, or 500 of one address, asks `GET /api/status`.',
  middleware: limitAddress,
  responses: {
    101: { description: 'The socket' },
    ...problems('upgrade-required', 'foreign-origin', 'rate-limited', 'service-unavailable'),
  },
})

export const status = new OpenAPIHono<ApiContext>()
  .openapi(readStatus, async (c) => {
    const standings = await deskOf(c.env).standings(DOMAINS)
    const services = standings.map(({ domain, state, openForMs }) => ({
      service: domain,
      state,
      retryAfterS: Math.ceil(openForMs / 1_000),
    }))
    return c.json({ services }, 200)
  })
  .openapi(openStatusSocket, async (c) => {
    assertUpgrade(c)
    const board = c.env.STATUS.getByName(STATUS_BOARD)
    const address = addressOf(c)
    const url = new URL('https://board/')
    if (address !== undefined) url.searchParams.set('of', address)
    const answer = await ask('status', () => board.fetch(new Request(url, c.req.raw)))
    if (answer.status === 429) {
      const detail = `This address has too many sockets. Ask \`GET /api/status\`, or try again in ${PERIOD_S} s.`
      throw new ProblemError('rate-limited', { detail, retryAfterS: PERIOD_S })
    }
    if (!answer.webSocket) throw new ProblemError('service-unavailable')
    return new Response(null, { status: 101, webSocket: answer.webSocket })
  })
