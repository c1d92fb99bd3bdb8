/** `GET /api/ops/sagas` and `…/{id}`. The list is D1's; one saga is asked of its object. */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { sagaIdSchema } from '../../../durable-objects/core/messages.ts'
import { type ApiContext, ask } from '../ports.ts'
import { OPERATOR_PROBLEMS, jsonAnswer, problems } from '../route-problems.ts'
import { SAGA_STATUSES, sagaDetailSchema, sagaListSchema } from './contract.ts'
import { operatorRoute, parsedSagaId, sagaParams } from './operator-route.ts'
import { detailAfter } from './saga-detail.ts'
import { listSagas } from './saga-log-reads.ts'

const PAGE_SAGAS = 50
const PAGE_SAGAS_MAX = 200

const listAllSagas = createRoute({
  ...operatorRoute,
  method: 'get',
  path: '/api/ops/sagas',
  operationId: 'listSagas',
  summary: 'Sagas, the newest first',
  request: {
    query: z.object({
      status: z.enum(SAGA_STATUSES).optional(),
      startsWith: z
        .string()
        .regex(/^[0-9a-f]{1,32}$/i)
        .transform((it) => it.toLowerCase())
        .optional()
        .describe("The first digits of the order's id, which is what a shopper reads out"),
      limit: z.coerce.number().int().min(1).max(PAGE_SAGAS_MAX).default(PAGE_SAGAS),
      after: sagaIdSchema
        .optional()
        .openapi({ type: 'string', description: '`next` of the page before' }),
    }),
  },
  responses: {
    200: jsonAnswer('A page of sagas', sagaListSchema),
    ...problems(...OPERATOR_PROBLEMS, 'invalid-input', 'service-unavailable'),
  },
})

const readASaga = createRoute({
  ...operatorRoute,
  method: 'get',
  path: '/api/ops/sagas/{id}',
  operationId: 'readSaga',
  summary: 'An order with all its sagas and transitions',
  description: 'From its object, beside what D1 has of it. Without personal data.',
  request: { params: sagaParams },
  responses: {
    200: jsonAnswer('The saga', sagaDetailSchema),
    ...problems(...OPERATOR_PROBLEMS, 'saga-not-found', 'service-unavailable'),
  },
})

export const sagas = new OpenAPIHono<ApiContext>()
  .openapi(listAllSagas, async (c) => {
    const query = c.req.valid('query')
    return c.json(await ask('saga-log', () => listSagas(c.env.SAGA_LOG_DB, query)), 200)
  })
  .openapi(readASaga, async (c) => {
    const { sagaId } = parsedSagaId(c.req.valid('param').id)
    const detail = await detailAfter(c.env, sagaId, (order) => ask('orders', () => order.inspect()))
    return c.json(detail, 200)
  })
