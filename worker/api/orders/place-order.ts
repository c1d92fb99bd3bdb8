/**
 * `POST /api/orders`.
 *
 * N1. The object is asked whatever the quote says, even when there is none: an order that exists
 *     wins before anything is judged, also after a price change or while a service is down.
 * N2. The order's id comes from the customer and the key, so a repeat needs no table.
 */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { unreachable } from '../../../durable-objects/core/unreachable.ts'
import { logWarning } from '../../../durable-objects/log.ts'
import { tidied } from '../address-rules.ts'
import { orderIdFor } from '../order-id.ts'
import {
  IDEMPOTENCY_KEY_LENGTH_MAX,
  type OrderView,
  orderRequestSchema,
  orderSchema,
} from '../contract.ts'
import { etagOf } from '../order-version.ts'
import type { ApiContext, OrderObject } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'
import { requireLimitedSession } from '../rate-limits/rate-limits.ts'
import {
  BODY_PROBLEMS,
  CUSTOMER_PROBLEMS,
  jsonAnswer,
  jsonBody,
  problems,
} from '../route-problems.ts'
import type { CustomerContext } from '../session/require-session.ts'
import { SHOWN_QUOTE_S_MAX } from '../shown-quote.ts'
import { begin, versionsFor } from './begin-order.ts'
import { hashBody, parseIdempotencyKey } from './idempotency-key.ts'
import { orderHeaders } from './order-headers.ts'
import { bindSagaId } from './order-route.ts'
import { preferHeader, waitedFor } from './prefer.ts'
import { REFUSAL_CODES, judge, problemOf } from './judge-order.ts'

const placeAnOrder = createRoute({
  method: 'post',
  path: '/api/orders',
  operationId: 'placeOrder',
  tags: ['Orders'],
  summary: 'Place an order',
  description:
    'Answers as soon as the order is recorded; what becomes of it comes by socket or poll, or with ' +
    'the answer to those who wait for it (Prefer). ' +
    'Repeating the request with the same key and body gives the same order, for ever.',
  security: [{ cookie: [] }, { bearer: [] }],
  middleware: requireLimitedSession,
  request: {
    // Optional to the schema only because its absence has a code of its own.
    headers: preferHeader.extend({
      'Idempotency-Key': z
        .string()
        .optional()
        .openapi({
          param: { required: true },
          description: `1 to ${IDEMPOTENCY_KEY_LENGTH_MAX} visible ASCII characters, new for each order`,
        }),
      // Not checked here: one that cannot be is as none, not bad input.
      'Quote-Token': z
        .string()
        .optional()
        .openapi({
          description: `From \`POST /api/quotes\` for this basket, within ${SHOWN_QUOTE_S_MAX} s: its prices stand`,
        }),
    }),
    body: jsonBody(orderRequestSchema),
  },
  responses: {
    202: {
      ...jsonAnswer('The order, placed now or before', orderSchema),
      headers: orderHeaders.extend({ Location: z.string() }),
    },
    ...problems(
      ...CUSTOMER_PROBLEMS,
      ...BODY_PROBLEMS,
      'idempotency-key-required',
      'idempotency-key-invalid',
      'idempotency-key-reused',
      'saga-id-mismatch',
      ...REFUSAL_CODES,
    ),
  },
})

export const placeOrder = new OpenAPIHono<ApiContext>().openapi(placeAnOrder, async (c) => {
  const customer = c.get('customer')
  const { 'Quote-Token': quoteToken, ...headers } = c.req.valid('header')
  const key = parseIdempotencyKey(headers['Idempotency-Key'])
  const request = c.req.valid('json')
  const orderId = await orderIdFor(customer, key)
  bindSagaId(c, orderId)

  const versions = await versionsFor(c.env, customer)
  const [bodyHash, judgement] = await Promise.all([
    hashBody(request),
    judge(c.env, versions.first, customer, request, quoteToken),
  ])
  // Only now: the hash is of what was sent.
  const shipTo = tidied(request.shipTo)
  const { decision, cause } = judgement
  const traceparent = c.get('traceparent')
  const object = c.env.ORDERS.getByName(orderId)
  const placement = { orderId, customer, bodyHash, shipTo, traceparent, decision }
  const result = await begin(c.env, object, placement, versions)

  switch (result.kind) {
    case 'placed':
    case 'existing': {
      const order = (await outcomeOf(c, object)) ?? result.order
      c.header('Location', `/api/orders/${orderId}`)
      c.header('ETag', etagOf(order))
      return c.json(order, 202)
    }
    case 'other-body':
      throw new ProblemError('idempotency-key-reused')
    case 'refused':
      throw problemOf(result.refusal, cause)
    default:
      return unreachable(result)
  }
})

/** The order is recorded, whatever becomes of waiting for it. */
async function outcomeOf(
  c: Context<CustomerContext>,
  object: OrderObject,
): Promise<OrderView | null> {
  try {
    const waited = await waitedFor(c, object)
    return waited?.kind === 'found' ? waited.order : null
  } catch (error) {
    logWarning('outcome-not-heard', {}, error)
    return null
  }
}
