/**
 * `POST /api/dev/scenarios/{name}`: lets something go wrong for one order of the caller's, so that a
 * developer can watch what the page makes of it. Development only, as dev-faults.ts is.
 */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import { type OrderId, isOrderId } from '../../durable-objects/core/ids.ts'
import { NO_FAULTS, readsOf } from '../domains/reads.ts'
import { type ApiContext, ask } from './ports.ts'
import { ProblemError } from './problem-error.ts'
import { requireLimitedSession } from './rate-limits/rate-limits.ts'
import { BODY_PROBLEMS, CUSTOMER_PROBLEMS, jsonBody, problems } from './route-problems.ts'

/** Long enough to see the other steps hold what they hold. */
const SOLD_OUT_AFTER_MS = 1_500
/** Longer than a step waits for its answer, shorter than an order has. */
const STALL_MS = 8_000

const SCENARIO_NAMES = ['stock-runs-out', 'payments-stall', 'object-killed'] as const
type ScenarioName = (typeof SCENARIO_NAMES)[number]

export function devScenarios() {
  const route = createRoute({
    method: 'post',
    path: '/api/dev/scenarios/{name}',
    operationId: 'playScenario',
    tags: ['Development'],
    summary: 'Let something go wrong for one order',
    description:
      'An order that is not placed yet, for `stock-runs-out` and `payments-stall`; one that is under ' +
      'way, for `object-killed`. Absent from production bundles.',
    security: [{ cookie: [] }, { bearer: [] }],
    middleware: requireLimitedSession,
    request: {
      params: z.object({ name: z.enum(SCENARIO_NAMES) }),
      body: jsonBody(
        z
          .strictObject({ orderId: z.string().refine(isOrderId, 'is no order id') })
          .openapi('Scenario'),
      ),
    },
    responses: {
      204: { description: 'It will go wrong, or has' },
      ...problems(
        ...CUSTOMER_PROBLEMS,
        ...BODY_PROBLEMS,
        'order-not-found',
        'faults-not-available',
      ),
    },
  })

  return new OpenAPIHono<ApiContext>().openapi(route, async (c) => {
    const { name } = c.req.valid('param')
    const { orderId } = c.req.valid('json')
    if (name === 'object-killed') {
      const isKilled = await ask('orders', () =>
        c.env.ORDERS.getByName(orderId).crash(c.get('customer')),
      )
      if (!isKilled) throw new ProblemError('order-not-found')
    } else if (!(await breakDomain(c.env, name, orderId))) {
      throw new ProblemError('faults-not-available')
    }
    return c.body(null, 204)
  })
}

function breakDomain(
  env: ApiContext['Bindings'],
  name: Exclude<ScenarioName, 'object-killed'>,
  sagaId: OrderId,
): Promise<boolean> {
  const only = { direction: 'action' as const, sagaId }
  return name === 'stock-runs-out'
    ? ask('inventory', () =>
        readsOf(env, 'inventory').setFaults({
          ...NO_FAULTS,
          latencyMs: SOLD_OUT_AFTER_MS,
          rejectRate: 1,
          rejectCode: 'out-of-stock',
          only: { ...only, step: 'reserve-stock' },
        }),
      )
    : ask('payments', () =>
        readsOf(env, 'payments').setFaults({
          ...NO_FAULTS,
          latencyMs: STALL_MS,
          only: { ...only, step: 'charge-card' },
        }),
      )
}
