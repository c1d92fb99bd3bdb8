/** `GET /api/ops/sagas` and `…/{id}`. The list is D1's; one saga is asked of its object. */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { isSagaId, orderIdOf } from '../../../durable-objects/core/ids.ts'
import { sagaIdSchema } from '../../../durable-objects/core/messages.ts'
import { type ApiContext, ask } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'
import { OPERATOR_PROBLEMS, jsonAnswer, problems } from '../route-problems.ts'
import { SAGA_STATUSES, type SagaDetail, sagaDetailSchema, sagaListSchema } from './contract.ts'
import { requireOperator } from './require-operator.ts'
import { listSagas, logCopiesOf } from './saga-log-reads.ts'

const PAGE_SAGAS = 50
const PAGE_SAGAS_MAX = 200

const shared = {
  tags: ['Operators'],
  security: [{ operator: [] }],
  middleware: requireOperator,
}

const listAllSagas = createRoute({
  ...shared,
  method: 'get',
  path: '/api/ops/sagas',
  operationId: 'listSagas',
  summary: 'Sagas, the newest first',
  request: {
    query: z.object({
      status: z.enum(SAGA_STATUSES).optional(),
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
  ...shared,
  method: 'get',
  path: '/api/ops/sagas/{id}',
  operationId: 'readSaga',
  summary: 'An order with all its sagas and transitions',
  description: 'From its object, beside what D1 has of it. Without personal data.',
  request: { params: z.object({ id: z.string().describe('Of a saga, or of its order') }) },
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
    const { id } = c.req.valid('param')
    if (!isSagaId(id)) throw new ProblemError('saga-not-found')
    const orderId = orderIdOf(id)
    // D1 first: what it has is in the journal by then, so a lead of D1 is a fault, not a race.
    const copies = await ask('saga-log', () => logCopiesOf(c.env.SAGA_LOG_DB, [orderId]))
    const inspection = await ask('orders', () => c.env.ORDERS.getByName(orderId).inspect())
    if (!inspection) throw new ProblemError('saga-not-found')
    const { order, customer, transitions, sagas: theirs } = inspection
    const { shipTo: _personal, ...impersonal } = order
    const { count, lastSeq } = copies.get(orderId) ?? { count: 0, lastSeq: 0 }
    const isEqual = count === transitions.length && lastSeq === order.version
    const detail = {
      order: impersonal,
      customer,
      sagas: theirs,
      transitions,
      log: { count, lastSeq, isEqual },
    } satisfies SagaDetail
    return c.json(detail, 200)
  })
