/**
 * Bad requests to every route that the OpenAPI document names, so that a new route is tested the
 * day it appears.
 */
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { type Customer, openCustomer } from '../../scripts/client/customer.ts'
import { request } from '../../scripts/client/http.ts'
import { BODY_BYTES_MAX, problemSchema } from '../../worker/api/contract.ts'
import { orderOf, untilSettled } from '../support/orders.ts'
import { expectRefusal } from '../support/problems.ts'

const { url, operatorToken } = inject('shop')

const documentSchema = z.object({
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        security: z.array(z.record(z.string(), z.unknown())).optional(),
        requestBody: z.unknown().optional(),
      }),
    ),
  ),
})

type Route = {
  path: string
  method: string
  isOperators: boolean
  isClosed: boolean
  hasBody: boolean
}

/** A path with an order that is nobody's in the place of its id. */
const NOBODYS = `ord_${'0'.repeat(32)}`
const fill = (path: string): string =>
  path.replace('{id}', NOBODYS).replace('{domain}', 'inventory')

const openApi = documentSchema.parse((await request(`${url}/api/openapi.json`)).body)
const routes: Route[] = Object.entries(openApi.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { security = [], requestBody }]) => ({
    path,
    method: method.toUpperCase(),
    isOperators: security.some((scheme) => 'operator' in scheme),
    isClosed: security.length > 0,
    hasBody: requestBody !== undefined,
  })),
)
const named = (chosen: Route[]): [string, Route][] =>
  chosen.map((route) => [`${route.method} ${route.path}`, route])

let customer: Customer
let stranger: Customer
let orderId: string

beforeAll(async () => {
  customer = await openCustomer(url)
  stranger = await openCustomer(url)
  const placed = await customer.place(orderOf())
  if (placed.kind !== 'placed') throw new Error(`not placed: ${placed.code}`)
  orderId = placed.order.id
  await untilSettled(customer, orderId)
})

const tokenFor = ({ isOperators }: Route): string => (isOperators ? operatorToken : customer.token)

it('the document names the routes of the shop', () => {
  expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual(
    expect.arrayContaining(['POST /api/orders', 'GET /api/ops/audit', 'POST /api/session']),
  )
})

describe.each(named(routes.filter(({ isClosed }) => isClosed)))('%s', (name, route) => {
  const headers = { 'idempotency-key': 'k', 'if-match': '"1"' }

  it.each(['', 'nonsense', 'a.b.c', 'x'.repeat(5_000)])('token "%.12s": 401', async (token) => {
    const answer = await request(`${url}${fill(route.path)}`, {
      method: route.method,
      token,
      headers,
      ...(route.hasBody ? { json: {} } : {}),
    })
    expect(expectRefusal(answer, name).status).toBe(401)
  })

  it("somebody else's kind of token: 401", async () => {
    const token = route.isOperators ? customer.token : operatorToken
    const answer = await request(`${url}${fill(route.path)}`, {
      method: route.method,
      token,
      headers,
    })
    expect(expectRefusal(answer, name).status).toBe(401)
  })
})

describe.each(named(routes.filter(({ hasBody }) => hasBody)))('%s', (name, route) => {
  const send = (body: string, contentType = 'application/json') =>
    request(`${url}${fill(route.path)}`, {
      method: route.method,
      token: tokenFor(route),
      headers: { 'content-type': contentType, 'idempotency-key': 'k', 'if-match': '"1"' },
      body,
    })

  it.each(['{', '{"a":1,}', 'null', '[]', '7', '"text"', '', '{}', '{"x":{"y":[1]}}'])(
    'body %s: 4xx',
    async (text) => {
      const problem = expectRefusal(await send(text), `${name} ${text}`)
      if (problem.code === 'invalid-input') expect(problem.errors?.length).toBeGreaterThan(0)
    },
  )

  it('a body that is too large: 413', async () => {
    const answer = await send(JSON.stringify({ padding: 'x'.repeat(BODY_BYTES_MAX) }))
    expect(expectRefusal(answer, name)).toMatchObject({ status: 413, code: 'body-too-large' })
  })

  it('a body that is not JSON by its type: 4xx', async () => {
    expectRefusal(await send('a=b', 'application/x-www-form-urlencoded'), name)
  })
})

it('a body that is too large, and does not say so: 413', async () => {
  const body = new Blob(['x'.repeat(4 * BODY_BYTES_MAX)]).stream()
  const method = 'POST'
  const sent = { method, body, duplex: 'half', signal: AbortSignal.timeout(10_000) } as const
  const answer = await fetch(`${url}/api/session`, sent)
  expect(problemSchema.parse(await answer.json())).toMatchObject({ code: 'body-too-large' })
})

describe.each(named(routes))('%s', (name, { path }) => {
  it('a method that it does not take: 405 with Allow', async () => {
    const taken = routes.filter((route) => route.path === path).map(({ method }) => method)
    const method = ['DELETE', 'PUT', 'PATCH'].find((other) => !taken.includes(other)) ?? 'DELETE'
    const answer = await request(`${url}${fill(path)}`, { method, token: customer.token })
    expect(expectRefusal(answer, name).code).toBe('method-not-allowed')
    for (const one of taken) expect(answer.headers.get('allow')).toContain(one)
  })
})

const ofOrders = routes.filter(({ path }) => path.startsWith('/api/orders/{id}'))

describe.each(named(ofOrders.filter(({ isClosed }) => isClosed)))('%s', (name, route) => {
  const send = (token: string, id: string, headers: Record<string, string> = {}) =>
    request(`${url}${route.path.replace('{id}', id)}`, {
      method: route.method,
      token,
      headers: { 'if-match': '"1"', ...headers },
      ...(route.hasBody ? { json: { shipTo: orderOf().shipTo } } : {}),
    })

  it("somebody else's order: 404, as if there were none", async () => {
    const theirs = expectRefusal(await send(stranger.token, orderId), name)
    const none = expectRefusal(await send(stranger.token, NOBODYS), name)
    expect(theirs).toMatchObject({ status: 404, code: 'order-not-found' })
    expect(theirs.code).toBe(none.code)
  })

  it.each(['ord_1', 'ord_ABC', '%00', '%252e%252e', 'x'.repeat(2_000), "ord_' or 1=1"])(
    'id %.12s: 404',
    async (id) => {
      const path = id.startsWith('%') ? id : encodeURIComponent(id)
      expect(expectRefusal(await send(customer.token, path), name).status).toBe(404)
    },
  )

  it('X-Saga-ID of another order: 400', async () => {
    const answer = await send(customer.token, orderId, { 'x-saga-id': NOBODYS })
    expect(expectRefusal(answer, name)).toMatchObject({ status: 400, code: 'saga-id-mismatch' })
  })
})

const cancelIf = (ifMatch: string) =>
  request(`${url}/api/orders/${orderId}/cancel`, {
    method: 'POST',
    token: customer.token,
    headers: { 'if-match': ifMatch },
  })

describe('If-Match', () => {
  it.each(['5', '"x"', '"1", "2"', '*', '"-1"', '"1e3"', '"99999999999999999999"'])(
    '%s: 400',
    async (ifMatch) => {
      expect(expectRefusal(await cancelIf(ifMatch), ifMatch).code).toBe('if-match-invalid')
    },
  )

  it('a version that was: 412 with the current order', async () => {
    const problem = expectRefusal(await cancelIf('"1"'), 'If-Match "1"')
    expect(problem).toMatchObject({ status: 412, code: 'version-stale' })
  })
})

describe('queries', () => {
  it.each([
    '/api/orders?limit=0',
    '/api/orders?limit=many',
    '/api/orders?before=1',
    '/api/delivery-days',
    '/api/delivery-days?country=usa',
    '/api/no-such-route',
    '/api//orders',
  ])('%s: 4xx', async (path) => {
    expectRefusal(await request(`${url}${path}`, { token: customer.token }), path)
  })

  it('POST to a route with a doubled slash: 404', async () => {
    const answer = await request(`${url}/api/ops//sweep`, { method: 'POST', token: operatorToken })
    expect(expectRefusal(answer, 'a doubled slash').code).toBe('route-not-found')
  })

  it.each(['/api/ops/sagas?status=odd', '/api/ops/sagas?limit=1e9', '/api/ops/audit?after=1'])(
    '%s: 422',
    async (path) => {
      const answer = await request(`${url}${path}`, { token: operatorToken })
      expect(expectRefusal(answer, path).code).toBe('invalid-input')
    },
  )
})

it("a chunk of another version: 404, which no browser keeps: a chunk's name is kept for a year", async () => {
  for (const name of ['gone-00000000.js', 'console/gone-00000000.js']) {
    const answer = await request(`${url}/assets/${name}`)
    expect(answer.status, name).toBe(404)
    expect(answer.headers.get('cache-control'), name).toBe('no-store')
  }
})
