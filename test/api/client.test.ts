import { hc } from 'hono/client'
import { expect, it } from 'vitest'
import { type Api, app } from '../../worker/api/app.ts'
import type { OrderView } from '../../worker/api/contract.ts'
import { useDatabases } from './support/databases.ts'
import { bindings, customerOfNumber, orderIdOfNumber } from './support/doubles.ts'
import { issueToken } from '../../worker/api/session/session-token.ts'

const databases = useDatabases()

it('the typed client has the routes, what they take, and what they give', async () => {
  const env = bindings(databases())
  const token = await issueToken(customerOfNumber(1), env.SESSION_SECRET ?? '', Date.now())
  const { api } = hc<Api>('http://localhost', {
    fetch: (input: RequestInfo | URL, init?: RequestInit) => app.request(input, init, env),
    headers: { Authorization: `Bearer ${token}` },
  })
  const me = await api.me.$get()
  expect(me.ok && (await me.json()).points.available).toBe(500)

  const missing = await api.orders[':id'].$get({ param: { id: orderIdOfNumber(1) } })
  if (missing.status === 404) expect((await missing.json()).code).toBe('order-not-found')
  expect(missing.status).toBe(404)

  const placed = await api.orders.$post({
    header: { 'Idempotency-Key': 'key' },
    json: {
      lines: [{ sku: 'NOPE', quantity: 1 }],
      shipTo: { name: 'A', line1: 'l', city: 'c', postalCode: '12345', country: 'US' },
      payment: { token: 'tok_visa' },
    },
  })
  const order: OrderView | null = placed.status === 202 ? await placed.json() : null
  expect(order).toBeNull()
  expect(placed.status).toBe(422)
})
