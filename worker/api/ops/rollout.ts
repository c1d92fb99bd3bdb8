/** `GET /api/ops/rollout`, `PUT …`: which version of the saga new orders begin on. */
import { OpenAPIHono, createRoute } from '@hono/zod-openapi'
import { rolloutOf } from '../../../durable-objects/rollout-desk.ts'
import type { RolloutInspection } from '../../../durable-objects/rollout-rpc.ts'
import { ORDER_CREATE, versionsOf } from '../../../durable-objects/sagas/registry.ts'
import { type ApiContext, ask } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'
import {
  BODY_PROBLEMS,
  OPERATOR_PROBLEMS,
  jsonAnswer,
  jsonBody,
  problems,
} from '../route-problems.ts'
import { asIfMatch, changedSince, ifMatchHeaders } from './decisions.ts'
import { operatorRoute } from './operator-route.ts'
import {
  type RolloutView,
  rolloutChangeSchema,
  rolloutErrors,
  rolloutSchema,
} from './rollout-contract.ts'

const SAGA = ORDER_CREATE.ref.name

const readRollout = createRoute({
  ...operatorRoute,
  method: 'get',
  path: '/api/ops/rollout',
  operationId: 'readRollout',
  summary: 'Which version of the saga new orders begin on',
  responses: {
    200: jsonAnswer('How they are split, and how both versions do', rolloutSchema),
    ...problems(...OPERATOR_PROBLEMS, 'service-unavailable'),
  },
})

const changeRollout = createRoute({
  ...operatorRoute,
  method: 'put',
  path: '/api/ops/rollout',
  operationId: 'changeRollout',
  summary: 'Start, move, end or take back a new version',
  description:
    'It is as the body says, and counts within a second, everywhere. Orders end on the version that ' +
    'they began on. With `automatic` and no `percent` the first step is taken.',
  request: { headers: ifMatchHeaders, body: jsonBody(rolloutChangeSchema) },
  responses: {
    200: jsonAnswer('The rollout, right after', rolloutSchema),
    ...problems(...OPERATOR_PROBLEMS, ...BODY_PROBLEMS, 'changed-since', 'service-unavailable'),
  },
})

export const rollout = new OpenAPIHono<ApiContext>()
  .openapi(readRollout, async (c) => {
    const inspection = await ask('rollout', () => rolloutOf(c.env.ROLLOUTS).inspect())
    return c.json(viewOf(inspection), 200)
  })
  .openapi(changeRollout, async (c) => {
    const request = c.req.valid('json')
    const errors = rolloutErrors(SAGA, request)
    if (errors.length > 0) throw new ProblemError('invalid-input', { errors })
    const { automatic: isAutomatic, ...change } = request
    const object = rolloutOf(c.env.ROLLOUTS)
    const seen = asIfMatch(c.req.valid('header')['If-Match'])
    const inspection = await ask('rollout', () =>
      object.change({ ...change, ...seen, isAutomatic }),
    )
    if (!inspection) throw changedSince((await ask('rollout', () => object.inspect())).changes[0])
    return c.json(viewOf(inspection), 200)
  })

function viewOf(inspection: RolloutInspection): RolloutView {
  const { stable, candidate, percent, isAutomatic, stepEndsAtMs } = inspection
  const { verdict, figures, settings, changes, etag } = inspection
  return {
    saga: SAGA,
    versions: versionsOf(SAGA),
    stable,
    candidate,
    percent,
    automatic: isAutomatic,
    stepEndsAt: isAutomatic ? new Date(stepEndsAtMs).toISOString() : null,
    verdict,
    figures,
    settings,
    changes: changes.map(({ atMs, ...change }) => ({
      at: new Date(atMs).toISOString(),
      ...change,
    })),
    etag,
  }
}
