/** `GET /api/ops/audit`: does everything add up, over all databases? */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { orderIdSchema } from '../../../durable-objects/core/messages.ts'
import type { ApiContext } from '../ports.ts'
import { OPERATOR_PROBLEMS, jsonAnswer, problems } from '../route-problems.ts'
import { PAGE_ORDERS, auditAll } from './audit/walk.ts'
import { auditReportSchema } from './contract.ts'
import { operatorRoute } from './operator-route.ts'

const runAudit = createRoute({
  ...operatorRoute,
  method: 'get',
  path: '/api/ops/audit',
  operationId: 'audit',
  summary: 'The conservation audit over all databases',
  description:
    'Right also while orders run. Without `limit` it sees every order, at about 500 a second; with it, a ' +
    `part of at most so many: go on with \`next\`. Deployed, more than ${PAGE_ORDERS} orders need it, since a ` +
    'request may call other Workers 32 times. The domains’ own laws are in the part without `after`. A ' +
    'service that is down is a problem, never a clean audit.',
  request: {
    query: z.object({
      after: orderIdSchema
        .optional()
        .openapi({ type: 'string', description: '`next` of the part before' }),
      limit: z.coerce.number().int().min(1).max(PAGE_ORDERS).optional(),
    }),
  },
  responses: {
    200: jsonAnswer('What was found', auditReportSchema),
    ...problems(...OPERATOR_PROBLEMS, 'invalid-input', 'service-unavailable'),
  },
})

export const audit = new OpenAPIHono<ApiContext>().openapi(runAudit, async (c) => {
  const { after, limit } = c.req.valid('query')
  const checkedAt = new Date().toISOString()
  const { counts, violations, next } = await auditAll(c.env, after ?? null, limit)
  return c.json({ ok: violations.length === 0, checkedAt, counts, violations, next }, 200)
})
