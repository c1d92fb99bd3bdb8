/** `POST /api/ops/sagas/{id}/trace`: an order's trace is sent again, whole. */
import { OpenAPIHono, createRoute } from '@hono/zod-openapi'
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { OrderRange } from '../../traces/message.ts'
import { traceSettings } from '../../traces/settings.ts'
import { type ApiContext, ask } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'
import { OPERATOR_PROBLEMS, jsonAnswer, problems } from '../route-problems.ts'
import { traceSentSchema } from './contract.ts'
import { operatorRoute, parsedSagaId, sagaParams } from './operator-route.ts'

const sendTrace = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/sagas/{id}/trace',
  operationId: 'sendTrace',
  summary: "Send an order's trace again",
  description:
    'The spans of all its sagas that have ended, from the saga log, to the endpoint that is set. They ' +
    'have the same ids each time.',
  request: { params: sagaParams },
  responses: {
    202: jsonAnswer('It is on its way', traceSentSchema),
    ...problems(...OPERATOR_PROBLEMS, 'saga-not-found', 'traces-off', 'service-unavailable'),
  },
})

export const traces = new OpenAPIHono<ApiContext>().openapi(sendTrace, async (c) => {
  const { orderId } = parsedSagaId(c.req.valid('param').id)
  const settings = traceSettings(c.env)
  if (settings.kind === 'off') throw new ProblemError('traces-off')
  if (settings.kind === 'faulty') throw new ProblemError('traces-off', { detail: settings.fault })
  const range = await ask('saga-log', () => wholeOf(c.env.SAGA_LOG_DB, orderId))
  if (!range)
    throw new ProblemError('saga-not-found', {
      detail: 'The saga log has nothing of it, or keeps nothing so old.',
    })
  await ask('traces', () => c.env.TRACES.send({ v: 1, orders: [range] }))
  return c.json({ orderId, transitions: range.to }, 202)
})

type Extent = { lastSeq: number | null; epoch: number | null }

async function wholeOf(database: D1Database, orderId: OrderId): Promise<OrderRange | null> {
  const extent = await database
    .prepare('select max(seq) as lastSeq, max(epoch) as epoch from saga_event where order_id = ?')
    .bind(orderId)
    .first<Extent>()
  if (!extent || extent.lastSeq === null || extent.epoch === null) return null
  return { orderId, epoch: extent.epoch, from: 1, to: extent.lastSeq }
}
