/** Everything under `/api/orders/{id}`, and the list. */
import { describe, expect, it, vi } from 'vitest'
import type { ChangeResult } from '../../durable-objects/order-rpc.ts'
import type { OrderView } from '../../worker/api/contract.ts'
import type { ApiBindings } from '../../worker/api/ports.ts'
import { useDatabases } from './support/databases.ts'
import { bindings, customerOfNumber, orderIdOfNumber } from './support/doubles.ts'
import { placedOrder } from './support/placed-order.ts'
import { asCustomer, problemOf, request } from './support/requests.ts'
import { logSaga } from './support/saga-log.ts'

const databases = useDatabases()
const orderId = orderIdOfNumber(42)
const shipTo = { name: 'Bob', line1: '2 Road', city: 'Town', postalCode: '12345', country: 'US' }

/** An order of customer 1 at version 5, and the routes as that customer sees them. */
async function placed(change?: (order: OrderView) => ChangeResult) {
  const order = await placedOrder(orderId, { shipTo })
  if (change) order.change = change
  const env: ApiBindings = bindings(databases(), { orders: [order] })
  return { order, env, customer: await asCustomer(env) }
}

describe('reading', () => {
  it('has the order, its version and its saga', async () => {
    const { customer } = await placed()
    const response = await customer(`GET /api/orders/${orderId}`)
    expect(response.headers.get('ETag')).toBe('"5"')
    expect(response.headers.get('X-Saga-ID')).toBe(orderId)
    expect(await response.json()).toMatchObject({ id: orderId, shipTo })
  })

  it('polling has four fields', async () => {
    const { customer } = await placed()
    const response = await customer(`GET /api/orders/${orderId}/status`)
    expect(await response.json()).toEqual({
      id: orderId,
      status: 'pending',
      settled: false,
      version: 5,
    })
  })

  it.each(['', '/status'])('…%s is 304 as long as the version is the same', async (route) => {
    const { customer } = await placed()
    const known = (tag: string) =>
      customer(`GET /api/orders/${orderId}${route}`, { headers: { 'If-None-Match': tag } })
    expect((await known('"5"')).status).toBe(304)
    expect((await known('W/"5"')).status).toBe(304)
    expect((await known('"4"')).status).toBe(200)
    const unchanged = await known('"5"')
    expect(await unchanged.text()).toBe('')
    expect(unchanged.headers.get('X-Saga-ID')).toBe(orderId)
  })

  it.each([
    ['of somebody else', async () => (await placed()).env, orderId, 2],
    ['that does not exist', async () => bindings(databases()), orderId, 1],
    ['with an id that cannot be', async () => bindings(databases()), 'ord_x', 1],
  ])('an order %s is not found', async (_what, open, id, who) => {
    const customer = await asCustomer(await open(), customerOfNumber(who))
    for (const route of ['', '/status']) {
      const response = await customer(`GET /api/orders/${id}${route}`)
      expect(response.status).toBe(404)
      expect(await problemOf(response)).toMatchObject({ code: 'order-not-found' })
    }
  })

  it('an X-Saga-ID that names another order is a mistake', async () => {
    const { customer } = await placed()
    const headers = { 'X-Saga-ID': orderIdOfNumber(1) }
    const response = await customer(`GET /api/orders/${orderId}`, { headers })
    expect(response.status).toBe(400)
    expect(await problemOf(response)).toMatchObject({ code: 'saga-id-mismatch' })
  })
})

describe('changing the address', () => {
  const patch = { json: { shipTo } }
  const ifMatch = (tag: string) => ({ ...patch, headers: { 'If-Match': tag } })

  it.each(['"5"', 'W/"5"'])('with If-Match: %s hands the version to the object', async (tag) => {
    const { order, customer } = await placed()
    const response = await customer(`PATCH /api/orders/${orderId}`, ifMatch(tag))
    expect(response.status).toBe(200)
    expect(order.changes).toEqual(['address Bob if 5'])
  })

  it('without If-Match is 428, and the object is not asked', async () => {
    const { order, customer } = await placed()
    const response = await customer(`PATCH /api/orders/${orderId}`, patch)
    expect(response.status).toBe(428)
    expect(await problemOf(response)).toMatchObject({ code: 'precondition-required' })
    expect(order.changes).toEqual([])
  })

  it('with an If-Match that is no version is 400', async () => {
    const { customer } = await placed()
    const response = await customer(`PATCH /api/orders/${orderId}`, ifMatch('5'))
    expect(response.status).toBe(400)
  })

  it('on a stale version is 412, with the order as it is now', async () => {
    const { customer } = await placed((order) => ({
      kind: 'stale',
      order: { ...order, version: 8 },
    }))
    const response = await customer(`PATCH /api/orders/${orderId}`, ifMatch('"5"'))
    expect(response.status).toBe(412)
    expect(response.headers.get('ETag')).toBe('"8"')
    expect(await problemOf(response)).toMatchObject({
      code: 'version-stale',
      current: { id: orderId, version: 8 },
    })
  })
})

describe('cancelling and returning', () => {
  it.each(['cancel', 'return'])('%s is 202, without a body and without If-Match', async (what) => {
    const { order, customer } = await placed()
    const response = await customer(`POST /api/orders/${orderId}/${what}`)
    expect(response.status).toBe(202)
    expect(response.headers.get('ETag')).toBe('"5"')
    expect(order.changes).toEqual([what])
  })

  it.each(['cancel', 'return'])('%s honours If-Match where it is sent', async (what) => {
    const { order, customer } = await placed()
    await customer(`POST /api/orders/${orderId}/${what}`, { headers: { 'If-Match': '"3"' } })
    expect(order.changes).toEqual([`${what} if 3`])
  })

  it('a conflict says why, how the order is, and when to come back', async () => {
    const { customer } = await placed((order) => ({
      kind: 'conflict',
      code: 'not_settled',
      order,
      retryAfterS: 3,
    }))
    const response = await customer(`POST /api/orders/${orderId}/return`)
    expect(response.status).toBe(409)
    expect(response.headers.get('Retry-After')).toBe('3')
    expect(await problemOf(response)).toMatchObject({
      code: 'not_settled',
      current: { version: 5 },
    })
  })

  it('a conflict that stays names no time', async () => {
    const { customer } = await placed((order) => ({
      kind: 'conflict',
      code: 'too-late-to-cancel',
      order,
    }))
    const response = await customer(`POST /api/orders/${orderId}/cancel`)
    expect(response.status).toBe(409)
    expect(response.headers.get('Retry-After')).toBeNull()
  })

  it('an object whose code is older than its order asks to come again: nothing was changed', async () => {
    const { customer } = await placed(() => ({ kind: 'version-unknown' }))
    const response = await customer(`POST /api/orders/${orderId}/cancel`)
    expect(response.headers.get('Retry-After')).not.toBeNull()
    expect(await problemOf(response)).toMatchObject({ status: 503, code: 'service-unavailable' })
  })

  it('a conflict that a newer object names is still a conflict', async () => {
    const { customer } = await placed((order) => ({ kind: 'conflict', code: 'full-moon', order }))
    const response = await customer(`POST /api/orders/${orderId}/cancel`)
    expect(await problemOf(response)).toMatchObject({ status: 409, code: 'order-conflict' })
  })

  it("somebody else's order is not found, and stays as it is", async () => {
    const { order, env } = await placed()
    const stranger = await asCustomer(env, customerOfNumber(2))
    expect((await stranger(`POST /api/orders/${orderId}/cancel`)).status).toBe(404)
    expect(order.changes).toEqual([])
  })
})

describe('the socket', () => {
  const upgrade = { Upgrade: 'websocket' }

  it('gives a ticket to the owner only', async () => {
    const { env, customer } = await placed()
    const response = await customer(`POST /api/orders/${orderId}/socket-ticket`)
    expect(await response.json()).toEqual({ ticket: 'a-ticket' })
    const stranger = await asCustomer(env, customerOfNumber(2))
    expect((await stranger(`POST /api/orders/${orderId}/socket-ticket`)).status).toBe(404)
  })

  it.each([
    ['without Upgrade', {}, 426, 'upgrade-required'],
    ['from another site', { ...upgrade, Origin: 'https://evil.example' }, 403, 'foreign-origin'],
    ['with a ticket that is not good', upgrade, 403, 'ticket-invalid'],
  ])('%s is refused', async (_what, headers, status, code) => {
    const { env } = await placed()
    const response = await request(env, `GET /api/orders/${orderId}/socket?ticket=x`, { headers })
    expect(response.status).toBe(status)
    expect(await problemOf(response)).toMatchObject({ code })
  })
})

describe('what a client says about versions of the Worker', () => {
  it('does not reach the object', async () => {
    const { order, env } = await placed()
    const reached = vi.spyOn(order, 'fetch')
    const headers = {
      Upgrade: 'websocket',
      'Cloudflare-Workers-Version-Overrides': 'edge-saga="x"',
      'Cloudflare-Workers-Version-Key': 'y',
    }
    await request(env, `GET /api/orders/${orderId}/socket?ticket=x`, { headers })
    const forwarded = [...(reached.mock.calls[0]?.[0].headers.keys() ?? [])]
    expect(forwarded).toContain('upgrade')
    expect(forwarded.filter((name) => name.startsWith('cloudflare'))).toEqual([])
  })
})

describe('GET /api/orders', () => {
  it('has my orders, newest first, page by page, without their returns', async () => {
    const mine = customerOfNumber(11)
    const database = databases().sagaLog
    // Two of them in the same millisecond.
    for (const [number, startedAtMs] of [
      [1, 100],
      [2, 300],
      [3, 200],
      [4, 200],
    ] as const) {
      await logSaga(database, { orderId: orderIdOfNumber(number), customer: mine, startedAtMs })
    }
    await logSaga(database, {
      orderId: orderIdOfNumber(1),
      suffix: 'return',
      customer: mine,
      startedAtMs: 400,
    })
    await logSaga(database, {
      orderId: orderIdOfNumber(9),
      customer: customerOfNumber(12),
      startedAtMs: 150,
    })
    const customer = await asCustomer(bindings(databases()), mine)

    const seen: string[] = []
    let path = 'GET /api/orders?limit=2'
    for (let page = 0; page < 2; page += 1) {
      const { orders, next } = await (
        await customer(path)
      ).json<{
        orders: { id: string }[]
        next: string | null
      }>()
      seen.push(...orders.map(({ id }) => id))
      path = `GET /api/orders?limit=2&before=${next}`
      expect(next).toBe(page === 0 ? orderIdOfNumber(4) : null)
    }
    expect(seen).toEqual([2, 4, 3, 1].map(orderIdOfNumber))
  })

  it.each(['before=x', 'limit=0', 'limit=101', 'limit=x'])('?%s is invalid', async (query) => {
    const customer = await asCustomer(bindings(databases()))
    const response = await customer(`GET /api/orders?${query}`)
    expect(response.status).toBe(422)
    expect(await problemOf(response)).toMatchObject({ errors: [{ field: query.split('=')[0] }] })
  })
})
