/** Changes of an order: its address, calling it off, sending it back. */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { CustomerId } from '../../../durable-objects/core/ids.ts'
import { unreachable } from '../../../durable-objects/core/unreachable.ts'
import type { ChangeResult } from '../../../durable-objects/order-rpc.ts'
import { tidied } from '../address-rules.ts'
import { type OrderVersion, type OrderView, addressChangeSchema, orderSchema } from '../contract.ts'
import { etagOf } from '../order-version.ts'
import { type ApiContext, type OrderObject, ask } from '../ports.ts'
import { ProblemError, newVersionComes } from '../problem-error.ts'
import { isProblemCode } from '../problems.ts'
import { requireLimitedSession } from '../rate-limits/rate-limits.ts'
import {
  BODY_PROBLEMS,
  CUSTOMER_PROBLEMS,
  jsonAnswer,
  jsonBody,
  problems,
} from '../route-problems.ts'
import { addressErrors } from './address-errors.ts'
import { orderHeaders, versionOf } from './order-headers.ts'
import { namedOrder, orderParams } from './order-route.ts'

const ifMatch = z.object({
  'If-Match': z.string().optional().openapi({ description: "The order's ETag", example: '"5"' }),
})

const CHANGE_PROBLEMS = [
  ...CUSTOMER_PROBLEMS,
  'order-not-found',
  'saga-id-mismatch',
  'if-match-invalid',
  'version-stale',
  'order-conflict',
] as const

const orderAnswer = (description: string) => ({
  ...jsonAnswer(description, orderSchema),
  headers: orderHeaders,
})

const shared = { tags: ['Orders'], security: [{ cookie: [] }, { bearer: [] }] }

const changeAddress = createRoute({
  ...shared,
  method: 'patch',
  path: '/api/orders/{id}',
  operationId: 'changeAddress',
  summary: 'Deliver to another address in the same country',
  description: 'While the order is pending. If-Match is required.',
  middleware: requireLimitedSession,
  request: { params: orderParams, headers: ifMatch, body: jsonBody(addressChangeSchema) },
  responses: {
    200: orderAnswer('The order with the new address'),
    ...problems(
      ...CHANGE_PROBLEMS,
      ...BODY_PROBLEMS,
      'precondition-required',
      'address-fixed',
      'other-region',
    ),
  },
})

const cancel = createRoute({
  ...shared,
  method: 'post',
  path: '/api/orders/{id}/cancel',
  operationId: 'cancelOrder',
  summary: 'Call the order off',
  description: 'As long as the card has not been asked for the money. Repeating it is safe.',
  middleware: requireLimitedSession,
  request: { params: orderParams, headers: ifMatch },
  responses: {
    202: orderAnswer('The order. What it held is being given back.'),
    ...problems(...CHANGE_PROBLEMS, 'too-late-to-cancel', 'already-failing'),
  },
})

const sendBack = createRoute({
  ...shared,
  method: 'post',
  path: '/api/orders/{id}/return',
  operationId: 'returnOrder',
  summary: 'Send the order back for a refund',
  description: 'Once it is confirmed and settled. Repeating it is safe.',
  middleware: requireLimitedSession,
  request: { params: orderParams, headers: ifMatch },
  responses: {
    202: orderAnswer('The order. Its return is under way.'),
    ...problems(...CHANGE_PROBLEMS, 'not_settled', 'not-returnable'),
  },
})

export const changeOrder = new OpenAPIHono<ApiContext>()
  .openapi(changeAddress, async (c) => {
    const { object } = namedOrder(c, c.req.valid('param').id)
    const version = optionalVersion(c.req.valid('header')['If-Match'])
    if (version === undefined) throw new ProblemError('precondition-required')
    const customer = c.get('customer')
    const { shipTo } = c.req.valid('json')
    const errors = addressErrors(shipTo)
    // Elsewhere it cannot be delivered to, and that is what the order says.
    if (errors.length > 0 && (await countryOf(object, customer)) === shipTo.country) {
      throw new ProblemError('invalid-input', { errors })
    }
    const result = await ask('orders', () =>
      object.changeAddress(customer, tidied(shipTo), version),
    )
    return c.json(accepted(c, result), 200)
  })
  .openapi(cancel, async (c) => {
    const { object } = namedOrder(c, c.req.valid('param').id)
    const version = optionalVersion(c.req.valid('header')['If-Match'])
    const result = await ask('orders', () => object.cancel(c.get('customer'), version))
    return c.json(accepted(c, result), 202)
  })
  .openapi(sendBack, async (c) => {
    const { object } = namedOrder(c, c.req.valid('param').id)
    const version = optionalVersion(c.req.valid('header')['If-Match'])
    const result = await ask('orders', () => object.requestReturn(c.get('customer'), version))
    return c.json(accepted(c, result), 202)
  })

/** Null where they have no such order. */
async function countryOf(object: OrderObject, customer: CustomerId): Promise<string | null> {
  const result = await ask('orders', () => object.read(customer))
  return result.kind === 'found' ? result.order.delivery.region : null
}

const optionalVersion = (header: string | undefined): OrderVersion | undefined =>
  header === undefined ? undefined : versionOf(header)

/** The changed order, or the problem that stood in the way. */
function accepted(c: Context, result: ChangeResult): OrderView {
  switch (result.kind) {
    case 'accepted':
      c.header('ETag', etagOf(result.order))
      return result.order
    case 'not-found':
      throw new ProblemError('order-not-found')
    case 'stale':
      throw new ProblemError('version-stale', { current: result.order })
    case 'conflict':
      throw conflict(result)
    case 'version-unknown':
      throw newVersionComes('the object cannot read its journal')
    default:
      return unreachable(result)
  }
}

function conflict({ code, order, retryAfterS }: Extract<ChangeResult, { kind: 'conflict' }>) {
  return new ProblemError(isProblemCode(code) ? code : 'order-conflict', {
    current: order,
    ...(retryAfterS === undefined ? {} : { retryAfterS }),
  })
}
