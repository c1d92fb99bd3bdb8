/** `GET /api/ops/breakers`, `PUT …/{domain}`: the domains' breakers, as they stand and as set. */
import { OpenAPIHono, createRoute, z } from '@hono/zod-openapi'
import type { BreakerInspection } from '../../../durable-objects/breaker-rpc.ts'
import { DOMAINS } from '../../domains/reads.ts'
import { type ApiContext, ask } from '../ports.ts'
import {
  BODY_PROBLEMS,
  OPERATOR_PROBLEMS,
  jsonAnswer,
  jsonBody,
  problems,
} from '../route-problems.ts'
import { type Breaker, breakerChangeSchema, breakerListSchema, breakerSchema } from './contract.ts'
import { asIfMatch, changedSince, ifMatchHeaders } from './decisions.ts'
import { operatorRoute } from './operator-route.ts'

const listBreakers = createRoute({
  ...operatorRoute,
  method: 'get',
  path: '/api/ops/breakers',
  operationId: 'listBreakers',
  summary: "The domains' circuit breakers",
  responses: {
    200: jsonAnswer('One for each domain', breakerListSchema),
    ...problems(...OPERATOR_PROBLEMS, 'service-unavailable'),
  },
})

const changeBreaker = createRoute({
  ...operatorRoute,
  method: 'put',
  path: '/api/ops/breakers/{domain}',
  operationId: 'changeBreaker',
  summary: 'Set a breaker, or hold it open or closed',
  description:
    'What is left out stays as it is. It counts within a second, everywhere. `force` goes before ' +
    'what was counted until it is `auto` again.',
  request: {
    params: z.object({ domain: z.enum(DOMAINS) }),
    headers: ifMatchHeaders,
    body: jsonBody(breakerChangeSchema),
  },
  responses: {
    200: jsonAnswer('The breaker, right after', breakerSchema),
    ...problems(...OPERATOR_PROBLEMS, ...BODY_PROBLEMS, 'changed-since', 'service-unavailable'),
  },
})

export const breakers = new OpenAPIHono<ApiContext>()
  .openapi(listBreakers, async (c) => {
    const inspections = await ask('breakers', () =>
      Promise.all(DOMAINS.map((domain) => c.env.BREAKERS.getByName(domain).inspect())),
    )
    return c.json({ breakers: inspections.map(viewOf) }, 200)
  })
  .openapi(changeBreaker, async (c) => {
    const { domain } = c.req.valid('param')
    const change = { ...c.req.valid('json'), ...asIfMatch(c.req.valid('header')['If-Match']) }
    const breaker = c.env.BREAKERS.getByName(domain)
    const inspection = await ask('breakers', () => breaker.change(change))
    if (!inspection) {
      throw changedSince((await ask('breakers', () => breaker.inspect())).changed)
    }
    return c.json(viewOf(inspection), 200)
  })

function viewOf({ changed, ...breaker }: BreakerInspection): Breaker {
  if (!changed) return { ...breaker, changed: null }
  const { atMs, by, reason } = changed
  return { ...breaker, changed: { at: new Date(atMs).toISOString(), by, reason } }
}
