/** The OpenAPI document, made from the routes. */
import type { OpenAPIHono } from '@hono/zod-openapi'
import { serverMessageSchema } from '../contract.ts'
import { webhookEventSchema } from '../ops/webhooks/contract.ts'
import { jsonBody } from '../route-problems.ts'
import { SESSION_COOKIE } from '../session/require-session.ts'
import { statusMessageSchema } from '../status-contract.ts'

export type DocumentSource = Pick<OpenAPIHono, 'getOpenAPI31Document' | 'openAPIRegistry'>

const DESCRIPTION = `
Orders are sagas over five services. Placing one answers at once; what becomes of it comes by
WebSocket, by server-sent events, or by polling its status.

Errors are \`application/problem+json\` (RFC 9457). Each has a permanent \`code\`, explained in
[problems](/api/docs/problems). Money is an integer number of the currency's minor units.

An answer about an order bears its id in \`X-Saga-ID\`; a request that sends one must mean that
order. Every answer bears an \`X-Request-Id\` and a \`traceparent\`: the
request's, where that is well-formed.
`

export function openApiDocument({ getOpenAPI31Document, openAPIRegistry }: DocumentSource) {
  openAPIRegistry.registerComponent('securitySchemes', 'cookie', {
    type: 'apiKey',
    in: 'cookie',
    name: `__Host-${SESSION_COOKIE}`,
    description: 'Set by `POST /api/session`; for pages. Over http it is without `__Host-`',
  })
  openAPIRegistry.registerComponent('securitySchemes', 'bearer', {
    type: 'http',
    scheme: 'bearer',
    description: 'The `token` of `POST /api/session`; for API clients',
  })
  openAPIRegistry.registerComponent('securitySchemes', 'operator', {
    type: 'http',
    scheme: 'bearer',
    description: 'The operator token',
  })
  // No route answers with these: they come over sockets.
  openAPIRegistry.register('ServerMessage', serverMessageSchema)
  openAPIRegistry.register('StatusMessage', statusMessageSchema)
  openAPIRegistry.registerWebhook({
    method: 'post',
    path: 'orderEvent',
    summary: 'What a registered endpoint is sent: at least once, in no order',
    description: 'With the headers of Standard Webhooks: docs/webhooks.md says how to verify them.',
    tags: ['Operators'],
    request: { body: jsonBody(webhookEventSchema) },
    responses: {
      '2XX': { description: 'It is received, and not sent again' },
      410: { description: 'Nothing more is sent' },
      default: { description: 'It is sent again later, and eight times at most in all' },
    },
  })
  return getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'edge-saga', version: '1', description: DESCRIPTION.trim() },
    tags: [
      { name: 'Session', description: 'Who is asking' },
      { name: 'Shop', description: 'Before there is an order' },
      { name: 'Orders' },
      { name: 'Operators', description: 'Watching sagas, repairing, auditing' },
    ],
  })
}

export type OpenApiDocument = ReturnType<typeof openApiDocument>

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const

/** Every route, in the order in which the app mounts them. */
export function operationsOf({ paths = {} }: OpenApiDocument) {
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = item[method]
      return operation ? [{ method, path, operation }] : []
    }),
  )
}
