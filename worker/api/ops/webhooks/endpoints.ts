/** `/api/ops/webhooks`: where events are sent. A secret is shown when it is made, and never again. */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { unreachable } from '../../../../durable-objects/core/unreachable.ts'
import { logInfo } from '../../../../durable-objects/log.ts'
import {
  changeEndpoint,
  listEndpoints,
  registerEndpoint,
  removeEndpoint,
  rotateSecret,
} from '../../../webhooks/endpoint-store.ts'
import { type ApiContext, ask } from '../../ports.ts'
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
import {
  endpointChangeSchema,
  endpointListSchema,
  endpointSchema,
  endpointWithSecretSchema,
  registrationSchema,
} from './contract.ts'
import { endpointOf, webhookParams } from './endpoint-of.ts'
import { endpointView } from './views.ts'

const REMOVE_TIMEOUT_MS = 60_000

const CHANGE_PROBLEMS = [...OPERATOR_PROBLEMS, ...BODY_PROBLEMS, 'service-unavailable'] as const

const list = createRoute({
  ...operatorRoute,
  method: 'get',
  path: '/api/ops/webhooks',
  operationId: 'listWebhooks',
  summary: 'Endpoints that hear of orders',
  responses: {
    200: jsonAnswer('All of them, the oldest first', endpointListSchema),
    ...problems(...OPERATOR_PROBLEMS, 'service-unavailable'),
  },
})

const register = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/webhooks',
  operationId: 'registerWebhook',
  summary: 'Register an endpoint',
  description:
    'It hears of sagas that begin from now on. Its secret is in the answer, and nowhere after; ' +
    'docs/webhooks.md says how to verify with it.',
  request: { body: jsonBody(registrationSchema) },
  responses: {
    201: jsonAnswer('The endpoint, and its secret', endpointWithSecretSchema),
    ...problems(...CHANGE_PROBLEMS, 'webhook-exists', 'too-many-webhooks'),
  },
})

const read = createRoute({
  ...operatorRoute,
  method: 'get',
  path: '/api/ops/webhooks/{id}',
  operationId: 'readWebhook',
  summary: 'One endpoint',
  request: { params: webhookParams },
  responses: {
    200: jsonAnswer('The endpoint', endpointSchema),
    ...problems(...OPERATOR_PROBLEMS, 'webhook-not-found', 'service-unavailable'),
  },
})

const change = createRoute({
  ...operatorRoute,
  method: 'patch',
  path: '/api/ops/webhooks/{id}',
  operationId: 'changeWebhook',
  summary: 'Change an endpoint, pause it, or make it active again',
  description: 'What is left out stays as it is. What was kept for it follows within a minute.',
  request: { params: webhookParams, body: jsonBody(endpointChangeSchema) },
  responses: {
    200: jsonAnswer('The endpoint', endpointSchema),
    ...problems(...CHANGE_PROBLEMS, 'webhook-not-found', 'webhook-exists'),
  },
})

const remove = createRoute({
  ...operatorRoute,
  method: 'delete',
  path: '/api/ops/webhooks/{id}',
  operationId: 'removeWebhook',
  summary: 'Remove an endpoint, with its deliveries',
  description: 'It may be repeated, and must be where it had very many.',
  request: {
    params: webhookParams,
    query: z.object(repairSchema.shape),
  },
  responses: {
    204: { description: 'It is removed' },
    ...problems(
      ...OPERATOR_PROBLEMS,
      'invalid-input',
      'webhook-not-found',
      'webhook-not-removed',
      'service-unavailable',
    ),
  },
})

const rotate = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/webhooks/{id}/secret',
  operationId: 'rotateWebhookSecret',
  summary: "Replace an endpoint's secret",
  description:
    'For a day the replaced one signs, too. If the answer is lost, replace it again: what the ' +
    'receiver has stays good for its day.',
  request: { params: webhookParams, body: jsonBody(repairSchema) },
  responses: {
    200: jsonAnswer('The endpoint, and its new secret', endpointWithSecretSchema),
    ...problems(...CHANGE_PROBLEMS, 'webhook-not-found'),
  },
})

export const webhooks = new OpenAPIHono<ApiContext>()
  .openapi(list, async (c) => {
    const nowMs = Date.now()
    const endpoints = await ask('saga-log', () => listEndpoints(c.env.SAGA_LOG_DB))
    return c.json({ webhooks: endpoints.map((endpoint) => endpointView(endpoint, nowMs)) }, 200)
  })
  .openapi(register, async (c) => {
    const { by, reason, ...wanted } = c.req.valid('json')
    const nowMs = Date.now()
    const result = await ask('saga-log', () =>
      registerEndpoint(c.env.SAGA_LOG_DB, wanted, { by, reason }, nowMs),
    )
    switch (result.kind) {
      case 'registered': {
        const { endpoint } = result
        logInfo('webhook-registered', { endpointId: endpoint.id, by, reason })
        return c.json({ ...endpointView(endpoint, nowMs), secret: endpoint.secret }, 201)
      }
      case 'exists':
        throw exists(result.id)
      case 'too-many':
        throw new ProblemError('too-many-webhooks')
      default:
        return unreachable(result)
    }
  })
  .openapi(read, async (c) => {
    const endpoint = await endpointOf(c.env, c.req.valid('param').id)
    return c.json(endpointView(endpoint, Date.now()), 200)
  })
  .openapi(change, async (c) => {
    const { id } = c.req.valid('param')
    const { by, reason, ...wanted } = c.req.valid('json')
    const nowMs = Date.now()
    const result = await ask('saga-log', () =>
      changeEndpoint(c.env.SAGA_LOG_DB, id, wanted, { by, reason }, nowMs),
    )
    switch (result.kind) {
      case 'changed':
        logInfo('webhook-changed', { endpointId: id, by, reason })
        return c.json(endpointView(result.endpoint, nowMs), 200)
      case 'exists':
        throw exists(result.id)
      case 'not-found':
        throw new ProblemError('webhook-not-found')
      default:
        return unreachable(result)
    }
  })
  .openapi(remove, async (c) => {
    const { id } = c.req.valid('param')
    const operator = c.req.valid('query')
    const removed = await ask(
      'saga-log',
      () => removeEndpoint(c.env.SAGA_LOG_DB, id, operator, Date.now()),
      REMOVE_TIMEOUT_MS,
    )
    switch (removed) {
      case 'removed':
        logInfo('webhook-removed', { endpointId: id, ...operator })
        return c.body(null, 204)
      case 'unfinished':
        throw new ProblemError('webhook-not-removed', { detail: 'Repeat it until it is gone.' })
      case 'not-found':
        throw new ProblemError('webhook-not-found')
      default:
        return unreachable(removed)
    }
  })
  .openapi(rotate, async (c) => {
    const { id } = c.req.valid('param')
    const operator = c.req.valid('json')
    const nowMs = Date.now()
    const endpoint = await ask('saga-log', () =>
      rotateSecret(c.env.SAGA_LOG_DB, id, operator, nowMs),
    )
    if (!endpoint) throw new ProblemError('webhook-not-found')
    logInfo('webhook-secret-replaced', { endpointId: id, ...operator })
    return c.json({ ...endpointView(endpoint, nowMs), secret: endpoint.secret }, 200)
  })

const exists = (id: string) => new ProblemError('webhook-exists', { detail: `It is ${id}.` })
