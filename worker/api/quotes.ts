/** `POST /api/quotes`: what a basket would cost, and what stands in its way. */
import { OpenAPIHono, createRoute } from '@hono/zod-openapi'
import { quoteRequestSchema, quoteSchema } from './contract.ts'
import type { ApiContext } from './ports.ts'
import { quoteBasket } from './quoting.ts'
import { requireLimitedSession } from './rate-limits/rate-limits.ts'
import {
  BODY_PROBLEMS,
  CUSTOMER_PROBLEMS,
  jsonAnswer,
  jsonBody,
  problems,
} from './route-problems.ts'

const quoteABasket = createRoute({
  method: 'post',
  path: '/api/quotes',
  operationId: 'quote',
  tags: ['Shop'],
  summary: 'What a basket would cost, with coupon and points',
  description: 'What stands in its way is in `problems`, with the codes that an order would get.',
  security: [{ cookie: [] }, { bearer: [] }],
  middleware: requireLimitedSession,
  request: { body: jsonBody(quoteRequestSchema) },
  responses: {
    200: jsonAnswer('The quote. Nothing is held by it.', quoteSchema),
    ...problems(...CUSTOMER_PROBLEMS, ...BODY_PROBLEMS, 'domain-unavailable'),
  },
})

export const quotes = new OpenAPIHono<ApiContext>().openapi(quoteABasket, async (c) => {
  const { country, ...basket } = c.req.valid('json')
  const { day: _day, ...quote } = await quoteBasket(
    c.env,
    c.get('customer'),
    basket,
    country,
    'quote',
  )
  return c.json(quote, 200)
})
