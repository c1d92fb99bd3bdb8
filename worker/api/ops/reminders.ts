/** A domain whose database was brought back to an earlier time is told again what it did since. */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { logWarning } from '../../../durable-objects/log.ts'
import { tryEachAtOnce } from '../../at-once.ts'
import { type ApiContext, ask } from '../ports.ts'
import {
  BODY_PROBLEMS,
  OPERATOR_PROBLEMS,
  jsonAnswer,
  jsonBody,
  problems,
} from '../route-problems.ts'
import {
  type DomainReminderReport,
  remindedDomainSchema,
  reminderReportSchema,
  reminderSchema,
} from './contract.ts'
import { operatorRoute } from './operator-route.ts'
import { ordersMovedSince } from './saga-log-reads.ts'

const ORDERS_AT_ONCE = 8
/** An order has six steps in a domain at most, each of them a call. */
const ORDER_TIMEOUT_MS = 20_000

const remindDomain = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/domains/{domain}/reminders',
  operationId: 'remindDomain',
  summary: 'Tell a domain again what it has done',
  description:
    'For a domain whose database was brought back to an earlier time. Walks the orders that have moved ' +
    'since; each one asks the domain again for what its journal says was done, or compensated, under ' +
    'the same keys, so that what the domain still has stays as it is. Go on with `next`.',
  request: { params: z.object({ domain: remindedDomainSchema }), body: jsonBody(reminderSchema) },
  responses: {
    200: jsonAnswer('What was asked for again', reminderReportSchema),
    ...problems(...OPERATOR_PROBLEMS, ...BODY_PROBLEMS, 'service-unavailable'),
  },
})

export const reminders = new OpenAPIHono<ApiContext>().openapi(remindDomain, async (c) => {
  const { domain } = c.req.valid('param')
  const { since, after, limit } = c.req.valid('json')
  const part = { after: after ?? null, limit }
  const { orderIds, next } = await ask('saga-log', () =>
    ordersMovedSince(c.env.SAGA_LOG_DB, Date.parse(since), part),
  )
  const report: Omit<DomainReminderReport, 'failed'> = {
    orders: orderIds.length,
    done: 0,
    refused: [],
    next,
  }
  let cutShort = 0
  const failed = await tryEachAtOnce(
    orderIds,
    ORDERS_AT_ONCE,
    async (orderId) => {
      const order = c.env.ORDERS.getByName(orderId)
      const told = await ask('orders', () => order.remind(domain), ORDER_TIMEOUT_MS)
      if (!told) return
      report.done += told.done
      report.refused.push(...told.refused)
      if (told.isCutShort) cutShort += 1
    },
    (orderId, error) => logWarning('order-not-reminded', { orderId, domain }, error),
  )
  return c.json({ ...report, failed: failed + cutShort }, 200)
})
