/**
 * `POST /api/ops/sagas/{id}/{retry,skip,compensate,resume}`: an operator repairs a saga. What may
 * be done, the saga decides; each may be repeated, because what is done already is refused.
 */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { SagaId } from '../../../durable-objects/core/ids.ts'
import { unreachable } from '../../../durable-objects/core/unreachable.ts'
import type { Inspection, Intervention } from '../../../durable-objects/order-rpc.ts'
import { type ApiBindings, type ApiContext, type OrderObject, ask } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'
import {
  BODY_PROBLEMS,
  OPERATOR_PROBLEMS,
  jsonAnswer,
  jsonBody,
  problems,
} from '../route-problems.ts'
import { type SagaDetail, repairSchema, sagaDetailSchema, stepRepairSchema } from './contract.ts'
import { wordsOfDecision } from './decisions.ts'
import { operatorRoute, parsedSagaId, sagaParams } from './operator-route.ts'
import { detailAfter, withoutPerson } from './saga-detail.ts'

const REPAIR_PROBLEMS = [
  ...OPERATOR_PROBLEMS,
  ...BODY_PROBLEMS,
  'saga-not-found',
  'saga-ended',
  'service-unavailable',
] as const

const repaired = jsonAnswer('The saga, right after', sagaDetailSchema)

const retry = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/sagas/{id}/retry',
  operationId: 'retryStep',
  summary: 'Ask a parked step again',
  description: 'Under the same key, so that its domain does nothing twice.',
  request: { params: sagaParams, body: jsonBody(stepRepairSchema) },
  responses: { 200: repaired, ...problems(...REPAIR_PROBLEMS, 'step-not-parked') },
})

const skip = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/sagas/{id}/skip',
  operationId: 'skipStep',
  summary: 'Give a parked step up',
  description:
    'A compensation, or a step after the pivot: the saga goes on without it. It is a write-off, ' +
    'which the audit knows of; whatever it was about has to be put right by other means.',
  request: { params: sagaParams, body: jsonBody(stepRepairSchema) },
  responses: {
    200: repaired,
    ...problems(...REPAIR_PROBLEMS, 'step-not-parked', 'not-skippable'),
  },
})

const compensate = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/sagas/{id}/compensate',
  operationId: 'compensateSaga',
  summary: 'Call a saga off',
  description: 'As long as its pivot has not been sent. What it held is given back.',
  request: { params: sagaParams, body: jsonBody(repairSchema) },
  responses: { 200: repaired, ...problems(...REPAIR_PROBLEMS, 'pivot-sent') },
})

const resume = createRoute({
  ...operatorRoute,
  method: 'post',
  path: '/api/ops/sagas/{id}/resume',
  operationId: 'resumeSaga',
  summary: 'Ask everything that waits again, now',
  description: 'What waits for an answer or for its domain; not what waits for an operator.',
  request: { params: sagaParams, body: jsonBody(repairSchema) },
  responses: { 200: repaired, ...problems(...REPAIR_PROBLEMS, 'nothing-to-resume') },
})

export const interventions = new OpenAPIHono<ApiContext>()
  .openapi(retry, async (c) => {
    const { sagaId } = parsedSagaId(c.req.valid('param').id)
    return c.json(await repair(c.env, { ...c.req.valid('json'), action: 'retry', sagaId }), 200)
  })
  .openapi(skip, async (c) => {
    const { sagaId } = parsedSagaId(c.req.valid('param').id)
    return c.json(await repair(c.env, { ...c.req.valid('json'), action: 'skip', sagaId }), 200)
  })
  .openapi(compensate, async (c) => {
    const { sagaId } = parsedSagaId(c.req.valid('param').id)
    const json = c.req.valid('json')
    return c.json(await repair(c.env, { ...json, action: 'compensate', sagaId }), 200)
  })
  .openapi(resume, async (c) => {
    const { sagaId } = parsedSagaId(c.req.valid('param').id)
    return c.json(await repair(c.env, { ...c.req.valid('json'), action: 'resume', sagaId }), 200)
  })

const repair = (env: ApiBindings, intervention: Intervention): Promise<SagaDetail> =>
  detailAfter(env, intervention.sagaId, (order) => intervene(order, intervention))

async function intervene(
  order: OrderObject,
  intervention: Intervention,
): Promise<Inspection | null> {
  const result = await ask('orders', () => order.intervene(intervention))
  switch (result.kind) {
    case 'done':
      return result.inspection
    case 'not-found': {
      // The saga, or the whole journal. Or else the object cannot read what newer code wrote: it did nothing.
      const inspection = await ask('orders', () => order.inspect())
      if (!inspection?.sagas.some(({ sagaId }) => sagaId === intervention.sagaId)) return inspection
      throw new ProblemError('service-unavailable', {
        detail: 'The code that is deployed cannot read this saga. It goes on with newer code.',
      })
    }
    case 'conflict':
      throw new ProblemError(result.code, {
        detail: lastWords(result.inspection, intervention.sagaId),
        current: withoutPerson(result.inspection.order),
      })
    default:
      return unreachable(result)
  }
}

const intervened = z.object({
  type: z.literal('operator-intervened'),
  action: z.string(),
  step: z.string().optional(),
  by: z.string(),
  reason: z.string(),
})

/** What operators have done to it last: most often that is why it stands otherwise than this one saw. */
function lastWords({ transitions }: Inspection, sagaId: SagaId): string | undefined {
  const deeds = transitions
    .filter((transition) => transition.sagaId === sagaId)
    .flatMap(({ atMs, events }) =>
      events.flatMap((event) => {
        const { data } = intervened.safeParse(event)
        return data ? { ...data, atMs } : []
      }),
    )
  const last = deeds.at(-1)
  if (!last) return undefined
  const { action, step } = last
  return wordsOfDecision(last, `Last: ${step === undefined ? action : `${action} ${step}`}`)
}
