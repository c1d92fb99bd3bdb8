/** An order followed by its link: who may, what they see, and that it ends there. */
import { sign } from 'hono/jwt'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FOLLOW_S_MAX } from '../../worker/api/following/follow-key.ts'
import { type FollowKey, followedOrderSchema } from '../../worker/api/follow-contract.ts'
import type { ApiBindings } from '../../worker/api/ports.ts'
import { issueToken } from '../../worker/api/session/session-token.ts'
import { useDatabases } from './support/databases.ts'
import { AGREED, bindings, customerOfNumber, orderIdOfNumber } from './support/doubles.ts'
import { placedOrder } from './support/placed-order.ts'
import { asCustomer, problemOf, request } from './support/requests.ts'

const SECRET = 'a secret of the tests'
const databases = useDatabases()
const orderId = orderIdOfNumber(42)
const otherId = orderIdOfNumber(43)
const shipTo = { name: 'Bob', line1: '2 Road', city: 'Town', postalCode: '12345', country: 'US' }

afterEach(() => {
  vi.useRealTimers()
})

/** Two orders of customer 1, with everything that an order can have. */
async function shop() {
  const orders = await Promise.all(
    [orderId, otherId].map((id) =>
      placedOrder(id, { shipTo, quote: { ...AGREED, coupon: 'WELCOME10', points: 50 } }),
    ),
  )
  const env: ApiBindings = bindings(databases(), { orders, SESSION_SECRET: SECRET })
  const owner = await asCustomer(env)
  const answer = await owner(`POST /api/orders/${orderId}/follow-key`)
  const { key, until }: FollowKey = await answer.json()
  const follow = (id: string, followKey?: string, headers: Record<string, string> = {}) =>
    request(env, `GET /api/orders/${id}/followed`, {
      headers: { ...(followKey === undefined ? {} : { 'Follow-Key': followKey }), ...headers },
    })
  return { env, orders, key, until, follow }
}

describe('a follow key', () => {
  it('shows its order, without session: the place, and not the street', async () => {
    const { key, follow } = await shop()
    const response = await follow(orderId, key)
    expect(response.status).toBe(200)
    expect(response.headers.get('ETag')).toBe('"5"')
    expect(response.headers.get('Cache-Control')).toContain('no-store')
    const text = await response.text()
    const order = followedOrderSchema.strict().parse(JSON.parse(text))
    expect(order).toMatchObject({ id: orderId, shipTo: { city: 'Town', country: 'US' } })
    for (const hidden of ['Bob', '2 Road', 'postalCode', 'WELCOME10', 'tok_visa', 'cancellable']) {
      expect(text).not.toContain(hidden)
    }
    expect(text).not.toContain(customerOfNumber(1))
  })

  it('304 as long as the version is the same', async () => {
    const { key, follow } = await shop()
    expect((await follow(orderId, key, { 'If-None-Match': '"5"' })).status).toBe(304)
    expect((await follow(orderId, key, { 'If-None-Match': '"4"' })).status).toBe(200)
  })

  it('is given to the owner, and to nobody else', async () => {
    const { env } = await shop()
    const stranger = await asCustomer(env, customerOfNumber(2))
    const refused = await stranger(`POST /api/orders/${orderId}/follow-key`)
    expect(await problemOf(refused)).toMatchObject({ status: 404, code: 'order-not-found' })
    const nobody = await request(env, `POST /api/orders/${orderId}/follow-key`)
    expect(await problemOf(nobody)).toMatchObject({ status: 401, code: 'session-required' })
  })

  it('K1: ends', async () => {
    vi.useFakeTimers({ now: 0, toFake: ['Date'] })
    const { key, until, follow } = await shop()
    expect(Date.parse(until)).toBe(FOLLOW_S_MAX * 1000)
    vi.setSystemTime(FOLLOW_S_MAX * 1000 - 1)
    expect((await follow(orderId, key)).status).toBe(200)
    vi.setSystemTime(FOLLOW_S_MAX * 1000)
    expect((await follow(orderId, key)).status).toBe(404)
  })
})

const claims = { sub: orderId, aud: 'edge-saga-follow', exp: 4_000_000_000 }
const WRONG: [what: string, key: () => string | undefined | Promise<string>][] = [
  ['no key', () => undefined],
  ['an empty key', () => ''],
  ['nonsense', () => 'a.b.c'],
  ['a key without end', () => 'k'.repeat(5_000)],
  ['a key under another secret', () => sign(claims, 'another secret', 'HS256')],
  ['a key of another algorithm', () => sign(claims, SECRET, 'HS512')],
  ['a key for another purpose', () => sign({ ...claims, aud: 'other' }, SECRET, 'HS256')],
  ['a key that never ends', () => sign({ sub: orderId, aud: claims.aud }, SECRET, 'HS256')],
  ['the key of another order', () => sign({ ...claims, sub: otherId }, SECRET, 'HS256')],
  ["its owner's session", () => issueToken(customerOfNumber(1), SECRET, Date.now())],
]

it.each(WRONG)('%s: answered as an order that is not there', async (_what, key) => {
  const { follow } = await shop()
  const wrong = await key()
  const [theirs, none] = await Promise.all([
    follow(orderId, wrong),
    follow(orderIdOfNumber(99), wrong),
  ])
  expect(theirs.status).toBe(404)
  const problems = await Promise.all([problemOf(theirs), problemOf(none)])
  expect(problems[0]).toMatchObject({ code: 'order-not-found' })
  expect(problems[0]).toEqual(problems[1])
})

describe('with a follow key in every place that a token can have, nobody can', () => {
  it.each([
    ['read the order as its owner', 'GET', ''],
    ['poll it', 'GET', '/status'],
    ['listen to it', 'GET', '/stream'],
    ['call it off', 'POST', '/cancel'],
    ['send it back', 'POST', '/return'],
    ['change its address', 'PATCH', ''],
    ['get a ticket', 'POST', '/socket-ticket'],
    ['get another key', 'POST', '/follow-key'],
  ])('%s', async (_what, method, path) => {
    const { env, orders, key } = await shop()
    const response = await request(env, `${method} /api/orders/${orderId}${path}`, {
      headers: {
        'Follow-Key': key,
        Authorization: `Bearer ${key}`,
        Cookie: `edge_saga_session=${key}`,
        'If-Match': '"5"',
      },
      ...(method === 'PATCH' ? { json: { shipTo } } : {}),
    })
    expect(await problemOf(response)).toMatchObject({ status: 401, code: 'session-required' })
    expect(orders.flatMap(({ changes }) => changes)).toEqual([])
  })
})
