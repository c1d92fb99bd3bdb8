/** `…/webhooks/{id}/{deliveries,test,replay}`: what was sent, and sending something now. */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { logWarning } from '../../../../durable-objects/log.ts'
import {
  REPLAYED_AT_ONCE_MAX,
  dueRowOf,
  listDeliveries,
  recordTest,
  replayDead,
  replayDelivery,
} from '../../../webhooks/delivery-store.ts'
import { sendDeliveries } from '../../../webhooks/message.ts'
import { DELIVERY_STATUSES, type Delivery } from '../../../webhooks/schema.ts'
import { type ApiBindings, type ApiContext, ask } from '../../ports.ts'
import { ProblemError } from '../../problem-error.ts'
import {
  BODY_PROBLEMS,
  OPERATOR_PROBLEMS,
  jsonAnswer,
  jsonBody,
  problems,
} from '../../route-problems.ts'
import { repairSchema } from '../contract.ts'
import { operatorRoute } from '../operator-route.ts'
import { deliveryListSchema, deliverySchema, replayReportSchema } from './contract.ts'
import { activeEndpointOf, endpointOf, webhookParams } from './endpoint-of.ts'
import { deliveryView } from './views.ts'

const PAGE_DELIVERIES = 50
const PAGE_DELIVERIES_MAX = 200

const eventId = z.string().min(1).max(100)
const SEND_PROBLEMS = [
  ...OPERATOR_PROBLEMS,
  'webhook-not-found',
  'webhook-not-active',
  'service-unavailable',
] as const

const list = createRoute({
  ...operatorRoute,
  method: 'get',
  path: '/api/ops/webhooks/{id}/deliveries',
  operationId: 'listWebhookDeliveries',
  summary: 'What an endpoint was or will be sent, the newest first',
  request: {
    params: webhookParams,
    query: z.object({
      status: z.enum(DELIVERY_STATUSES).optional(),
      limit: z.coerce.number().int().min(1).max(PAGE_DELIVERIES_MAX).default(PAGE_DELIVERIES),
      after: eventId.optional().describe('`next` of the page before'),
    }),
  },
  responses: {
    200: jsonAnswer('A page of deliveries', deliveryListSchema),
    ...problems(...OPERATOR_PROBLEMS, 'invalid-input', 'webhook-not-found', 'service-unavailable'),
  },
})

const test = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/webhooks/{id}/test',
  operationId: 'testWebhook',
  summary: 'Send an endpoint a `webhook.test`',
  description: 'As any event is sent: signed, and tried again if it fails.',
  request: { params: webhookParams },
  responses: {
    202: jsonAnswer('It was handed to the queue', deliverySchema),
    ...problems(...SEND_PROBLEMS),
  },
})

const replay = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/webhooks/{id}/deliveries/{eventId}/replay',
  operationId: 'replayWebhookDelivery',
  summary: 'Send an event again, now',
  description:
    'Whatever became of it before, under the same id. Its attempts are counted anew. The mark ' +
    'tells of the last time.',
  request: { params: webhookParams.extend({ eventId }), body: jsonBody(repairSchema) },
  responses: {
    202: jsonAnswer('It was handed to the queue', deliverySchema),
    ...problems(...SEND_PROBLEMS, ...BODY_PROBLEMS, 'delivery-not-found'),
  },
})

const replayAllDead = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/webhooks/{id}/replay',
  operationId: 'replayDeadWebhookDeliveries',
  summary: 'Send all dead events of an endpoint again',
  description: `The oldest first, ${REPLAYED_AT_ONCE_MAX} at most; \`more\` says when to repeat it.`,
  request: { params: webhookParams, body: jsonBody(repairSchema) },
  responses: {
    202: jsonAnswer('They were handed to the queue', replayReportSchema),
    ...problems(...SEND_PROBLEMS, ...BODY_PROBLEMS),
  },
})

export const webhookDeliveries = new OpenAPIHono<ApiContext>()
  .openapi(list, async (c) => {
    const { id } = await endpointOf(c.env, c.req.valid('param').id)
    const query = c.req.valid('query')
    const page = await ask('saga-log', () => listDeliveries(c.env.SAGA_LOG_DB, id, query))
    return c.json({ deliveries: page.deliveries.map(deliveryView), next: page.next }, 200)
  })
  .openapi(test, async (c) => {
    const endpoint = await activeEndpointOf(c.env, c.req.valid('param').id)
    const delivery = await ask('saga-log', () =>
      recordTest(c.env.SAGA_LOG_DB, endpoint, Date.now()),
    )
    await send(c.env, [delivery])
    return c.json(deliveryView(delivery), 202)
  })
  .openapi(replay, async (c) => {
    const params = c.req.valid('param')
    const { id: endpointId } = await activeEndpointOf(c.env, params.id)
    const key = { endpointId, eventId: params.eventId }
    const delivery = await ask('saga-log', () =>
      replayDelivery(c.env.SAGA_LOG_DB, key, c.req.valid('json'), Date.now()),
    )
    if (!delivery) throw new ProblemError('delivery-not-found')
    await send(c.env, [delivery])
    return c.json(deliveryView(delivery), 202)
  })
  .openapi(replayAllDead, async (c) => {
    const { id } = await activeEndpointOf(c.env, c.req.valid('param').id)
    const deliveries = await ask('saga-log', () =>
      replayDead(c.env.SAGA_LOG_DB, id, c.req.valid('json'), Date.now()),
    )
    await send(c.env, deliveries)
    const replayed = deliveries.length
    return c.json({ replayed, more: replayed === REPLAYED_AT_ONCE_MAX }, 202)
  })

/** It is recorded, so a queue that refuses costs time only: the sweep sends it. */
async function send(env: ApiBindings, deliveries: readonly Delivery[]): Promise<void> {
  try {
    await sendDeliveries(env.WEBHOOKS, deliveries.map(dueRowOf))
  } catch (error) {
    logWarning('deliveries-not-sent', { deliveries: deliveries.length }, error)
  }
}
