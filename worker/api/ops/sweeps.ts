/** `POST /api/ops/sweep`: what cron does in production. */
import { OpenAPIHono, createRoute } from '@hono/zod-openapi'
import { sweep } from '../../sweep.ts'
import { type ApiContext, ask } from '../ports.ts'
import { OPERATOR_PROBLEMS, jsonAnswer, problems } from '../route-problems.ts'
import { sweepReportSchema } from './contract.ts'
import { operatorRoute } from './operator-route.ts'

const SWEEP_TIMEOUT_MS = 60_000

const runSweep = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/sweep',
  operationId: 'sweep',
  summary: 'Poke the orders that stand still',
  description: 'Repeating it is safe: an order that is poked without need does nothing.',
  responses: {
    200: jsonAnswer('What was found', sweepReportSchema),
    ...problems(...OPERATOR_PROBLEMS, 'service-unavailable'),
  },
})

export const sweeps = new OpenAPIHono<ApiContext>().openapi(runSweep, async (c) =>
  c.json(await ask('saga-log', () => sweep(c.env, Date.now()), SWEEP_TIMEOUT_MS), 200),
)
