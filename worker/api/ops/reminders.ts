/** A domain whose database was brought back to an earlier time is told again what it did since. */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import { logWarning } from '../../../durable-objects/log.ts'
import { forEachAtOnce } from '../../at-once.ts'
import { type ApiBindings, type ApiContext, ask } from '../ports.ts'
import {
  BODY_PROBLEMS,
  OPERATOR_PROBLEMS,
  jsonAnswer,
  jsonBody,
  problems,
} from '../route-problems.ts'
import {
  type DomainReminderReport,
  type RemindedDomain,
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
  const report: DomainReminderReport = { orders: 0, done: 0, refused: [], failed: 0, next }
  await forEachAtOnce(orderIds, ORDERS_AT_ONCE, (orderId) =>
    remindOf(c.env, orderId, domain, report),
  )
  return c.json(report, 200)
})

async function remindOf(
  env: ApiBindings,
  orderId: OrderId,
  domain: RemindedDomain,
  report: DomainReminderReport,
): Promise<void> {
  report.orders += 1
  try {
    const order = env.ORDERS.getByName(orderId)
    const told = await ask('orders', () => order.remind(domain), ORDER_TIMEOUT_MS)
    report.done += told?.done ?? 0
    report.refused.push(...(told?.refused ?? []))
    if (told?.isCutShort) report.failed += 1
  } catch (error) {
    logWarning('order-not-reminded', { orderId, domain }, error)
    report.failed += 1
  }
}
