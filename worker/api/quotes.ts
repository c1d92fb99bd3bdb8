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
import { sessionSecretOf } from './session/require-session.ts'
import { SHOWN_QUOTE_S_MAX, signQuote } from './shown-quote.ts'

const quoteABasket = createRoute({
  method: 'post',
  path: '/api/quotes',
  operationId: 'quote',
  tags: ['Shop'],
  summary: 'What a basket would cost, with coupon and points',
  description:
    'What stands in its way is in `problems`, with the codes that an order would get. ' +
    `An order that brings the \`token\` within ${SHOWN_QUOTE_S_MAX} s is placed at these prices.`,
  security: [{ cookie: [] }, { bearer: [] }],
  middleware: requireLimitedSession,
  request: { body: jsonBody(quoteRequestSchema) },
  responses: {
    200: jsonAnswer('The quote. Nothing is held by it.', quoteSchema),
    ...problems(...CUSTOMER_PROBLEMS, ...BODY_PROBLEMS, 'domain-unavailable'),
  },
})

export const quotes = new OpenAPIHono<ApiContext>().openapi(quoteABasket, async (c) => {
  const asked = c.req.valid('json')
  const { country, ...basket } = asked
  const customer = c.get('customer')
  const priced = await quoteBasket(c.env, customer, basket, country, 'quote')
  const secret = sessionSecretOf(c.env)
  const token = await signQuote(customer, asked, priced, secret, Date.now())
  const { day: _day, ...quote } = priced
  return c.json({ ...quote, ...(token !== null && { token }) }, 200)
})
