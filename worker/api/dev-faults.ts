/**
 * `PUT /api/dev/faults/{domain}`: makes a domain fail on purpose. Development only: app.ts
 * mounts it where the bundle is not for production.
 *
 * All is made inside the function: with nothing to run at import, the bundler can drop the file.
 */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { directionSchema } from '../../durable-objects/core/messages.ts'
import { DOMAINS, readsOf } from '../domains/reads.ts'
import { requireOperator } from './ops/require-operator.ts'
import { type ApiContext, ask } from './ports.ts'
import { ProblemError } from './problem-error.ts'
import { BODY_PROBLEMS, OPERATOR_PROBLEMS, jsonBody, problems } from './route-problems.ts'

const LATENCY_MS_MAX = 60_000

export function devFaults() {
  const rate = z.number().min(0).max(1)
  const faultsSchema = z
    .strictObject({
      latencyMs: z.int().min(0).max(LATENCY_MS_MAX),
      transientRate: rate,
      rejectRate: rate,
      dropReplyRate: rate,
      duplicateRate: rate,
      only: z
        .strictObject({
          step: z.string().min(1).max(64).exactOptional(),
          direction: directionSchema.exactOptional(),
          sagaId: z.string().min(1).max(64).exactOptional(),
          version: z.int().min(1).exactOptional().describe("Of the saga's definition"),
        })
        .optional(),
    })
    .openapi('Faults')

  const setFaults = createRoute({
    method: 'put',
    path: '/api/dev/faults/{domain}',
    operationId: 'setFaults',
    tags: ['Development'],
    summary: 'Make a domain fail on purpose',
    description:
      'Rates are from 0 to 1. All zero ends it. `rejectRate` refuses actions up to the pivot; with ' +
      '`only.direction: compensation` it refuses compensations. Steps after the pivot are never ' +
      'refused. Absent from production bundles.',
    security: [{ operator: [] }],
    middleware: requireOperator,
    request: { params: z.object({ domain: z.enum(DOMAINS) }), body: jsonBody(faultsSchema) },
    responses: {
      204: { description: 'The faults are set' },
      ...problems(
        ...OPERATOR_PROBLEMS,
        ...BODY_PROBLEMS,
        'faults-not-available',
        'service-unavailable',
      ),
    },
  })

  return new OpenAPIHono<ApiContext>().openapi(setFaults, async (c) => {
    const { domain } = c.req.valid('param')
    const { only = {}, ...rates } = c.req.valid('json')
    const isSet = await ask(domain, () => readsOf(c.env, domain).setFaults({ ...rates, only }))
    if (!isSet) throw new ProblemError('faults-not-available')
    return c.body(null, 204)
  })
}
