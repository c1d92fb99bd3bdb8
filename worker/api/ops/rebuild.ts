/** The journal and its copy in D1: each can be made anew from the other. */
import { OpenAPIHono, createRoute } from '@hono/zod-openapi'
import { type OrderId, sagaIdOf } from '../../../durable-objects/core/ids.ts'
import { unreachable } from '../../../durable-objects/core/unreachable.ts'
import { logWarning } from '../../../durable-objects/log.ts'
import type { Inspection, Restoration } from '../../../durable-objects/order-rpc.ts'
import { type ApiBindings, type ApiContext, type OrderObject, ask } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'
import {
  BODY_PROBLEMS,
  OPERATOR_PROBLEMS,
  jsonAnswer,
  jsonBody,
  problems,
} from '../route-problems.ts'
import { tryEachAtOnce } from '../../at-once.ts'
import {
  type RebuildReport,
  rebuildReportSchema,
  rebuildSchema,
  repairSchema,
  sagaDetailSchema,
} from './contract.ts'
import { operatorRoute, parsedSagaId, sagaParams } from './operator-route.ts'
import { detailAfter, withoutPerson } from './saga-detail.ts'
import { takeJournal } from './saga-log-reads.ts'

const POKES_AT_ONCE = 16

const rebuildLog = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/saga-log/rebuild',
  operationId: 'rebuildSagaLog',
  summary: "Complete D1's saga log from the orders' objects",
  description:
    'Walks the orders that the inventory knows, since each one asks it for stock, and pokes the ' +
    'object of each: it compares D1 with its journal and sends what is missing. Go on with `next`.',
  request: { body: jsonBody(rebuildSchema) },
  responses: {
    200: jsonAnswer('What was poked. The rows follow by queue', rebuildReportSchema),
    ...problems(...OPERATOR_PROBLEMS, ...BODY_PROBLEMS, 'service-unavailable'),
  },
})

const restoreObject = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/sagas/{id}/restore',
  operationId: 'restoreSaga',
  summary: "Give an order's object its journal back, from D1",
  description:
    'For an object that has lost its storage. The last transitions may be missing, because D1 ' +
    'is about a second behind; so the saga takes every step for one whose outcome is unknown, ' +
    'and asks its domain again, under the same key. The delivery address is lost: it is kept ' +
    'nowhere else.',
  request: { params: sagaParams, body: jsonBody(repairSchema) },
  responses: {
    200: jsonAnswer('The order, restored', sagaDetailSchema),
    ...problems(
      ...OPERATOR_PROBLEMS,
      ...BODY_PROBLEMS,
      'saga-not-found',
      'not-lost',
      'not-restorable',
      'service-unavailable',
    ),
  },
})

export const rebuild = new OpenAPIHono<ApiContext>()
  .openapi(rebuildLog, async (c) => {
    const { after, limit } = c.req.valid('json')
    return c.json(await pokeOrders(c.env, after ?? null, limit), 200)
  })
  .openapi(restoreObject, async (c) => {
    const { orderId } = parsedSagaId(c.req.valid('param').id)
    const living = await ask('orders', () => c.env.ORDERS.getByName(orderId).inspect())
    if (living) throw new ProblemError('not-lost', { current: withoutPerson(living.order) })
    const journal = await ask('saga-log', () => takeJournal(c.env.SAGA_LOG_DB, orderId))
    if (!journal) {
      throw new ProblemError('saga-not-found', { detail: 'The saga log has nothing of it either.' })
    }
    const restoration = { ...c.req.valid('json'), ...journal }
    const detail = await detailAfter(c.env, sagaIdOf(orderId), (order) =>
      restore(order, restoration),
    )
    return c.json(detail, 200)
  })

async function pokeOrders(
  env: ApiBindings,
  after: OrderId | null,
  limit: number,
): Promise<RebuildReport> {
  const { items, next } = await ask('inventory', () => env.INVENTORY.orderIds(after, limit))
  const failed = await tryEachAtOnce(
    items,
    POKES_AT_ONCE,
    ({ orderId }) => ask('orders', () => env.ORDERS.getByName(orderId).poke()),
    ({ orderId }, error) => logWarning('order-not-poked', { orderId }, error),
  )
  return { poked: items.length - failed, failed, next }
}

async function restore(order: OrderObject, restoration: Restoration): Promise<Inspection> {
  const result = await ask('orders', () => order.restore(restoration))
  switch (result.kind) {
    case 'restored':
      return result.inspection
    case 'not-lost':
      throw new ProblemError('not-lost', { current: withoutPerson(result.inspection.order) })
    case 'not-restorable':
      throw new ProblemError('not-restorable')
    default:
      return unreachable(result)
  }
}
