/** Rate limits, with doubles that count. The platform's own are in test/integration. */
import { readFileSync } from 'node:fs'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openApiDocument, operationsOf } from '../../worker/api/documentation/open-api.ts'
import { app } from '../../worker/api/app.ts'
import type { ApiBindings } from '../../worker/api/ports.ts'
import { networkOf } from '../../worker/api/rate-limits/network-of.ts'
import { PERIOD_S } from '../../worker/api/rate-limits/rate-limits.ts'
import { stockCatalog } from './support/catalog.ts'
import { useDatabases } from './support/databases.ts'
import {
  RateLimitDouble,
  bindings,
  customerOfNumber,
  down,
  orderIdOfNumber,
} from './support/doubles.ts'
import { asCustomer, problemOf, request } from './support/requests.ts'

const databases = useDatabases()
beforeAll(() => stockCatalog(databases().catalog))
const warned = vi.spyOn(console, 'warn').mockImplementation(() => {})
beforeEach(() => {
  warned.mockClear()
})

const BASKET = { lines: [{ sku: 'MUG', quantity: 1 }], country: 'US' }
const ORDER = {
  lines: BASKET.lines,
  shipTo: { name: 'Ann', line1: '1 Road', city: 'Town', postalCode: '12345', country: 'US' },
  payment: { token: 'tok_visa' },
}
const ORDER_PATH = `/api/orders/${orderIdOfNumber(1)}`

type Limited = { route: string; json?: object; headers?: Record<string, string> }

/** What a customer may not do without end, each as it would be done. */
const LIMITED: Limited[] = [
  { route: 'POST /api/quotes', json: BASKET },
  { route: 'POST /api/orders', json: ORDER, headers: { 'Idempotency-Key': 'key' } },
  { route: `PATCH ${ORDER_PATH}`, json: { shipTo: ORDER.shipTo }, headers: { 'If-Match': '"5"' } },
  { route: `POST ${ORDER_PATH}/cancel` },
  { route: `POST ${ORDER_PATH}/return` },
  { route: `POST ${ORDER_PATH}/socket-ticket` },
  { route: `GET ${ORDER_PATH}/stream` },
  { route: `POST ${ORDER_PATH}/follow-key` },
  {
    route: 'POST /api/dev/scenarios/object-killed',
    json: { orderId: orderIdOfNumber(1) },
  },
]
/** What needs no session. */
const UPGRADE = { Upgrade: 'websocket' }
const OPEN: Limited[] = [
  { route: 'POST /api/session' },
  { route: `GET ${ORDER_PATH}/followed` },
  { route: `GET ${ORDER_PATH}/socket?ticket=none`, headers: UPGRADE },
  { route: 'GET /api/status/socket', headers: UPGRADE },
]

const silent = () => new Promise<never>(() => undefined)
const from = (address: string) => ({ 'CF-Connecting-IP': address })

/** Counts what is asked of domains and of orders. */
function watched(limits: Partial<ApiBindings>) {
  const env = bindings(databases(), limits)
  const asked = vi.fn<() => never>(down)
  return {
    asked,
    env: {
      ...env,
      INVENTORY: { ...env.INVENTORY, availability: asked },
      LOGISTICS: { ...env.LOGISTICS, days: asked },
      POINTS: { ...env.POINTS, openAccount: asked },
      ORDERS: { getByName: asked },
      STATUS: { getByName: asked },
    },
  }
}

async function expectLimited(response: Response, what: string): Promise<void> {
  expect(response.status).toBe(429)
  expect(response.headers.get('Retry-After')).toBe(String(PERIOD_S))
  expect(response.headers.get('Content-Type')).toBe('application/problem+json')
  const problem = await problemOf(response)
  expect(problem).toMatchObject({ code: 'rate-limited', status: 429 })
  expect(problem.detail).toBe(`Too many requests from this ${what}. Try again in ${PERIOD_S} s.`)
}

describe('a session', () => {
  it.each(LIMITED)('L1: that asks too much is told before all else: $route', async (sent) => {
    const { env, asked } = watched({ SESSION_RATE_LIMIT: new RateLimitDouble(0) })
    const customer = await asCustomer(env)
    await expectLimited(await customer(sent.route, sent), 'session')
    expect(asked).not.toHaveBeenCalled()
    env.SESSION_RATE_LIMIT = new RateLimitDouble()
    await customer(sent.route, sent)
    expect(asked, 'it would have asked').toHaveBeenCalled()
  })

  it('is its customer: another one may go on', async () => {
    const SESSION_RATE_LIMIT = new RateLimitDouble(1)
    const env = bindings(databases(), { SESSION_RATE_LIMIT })
    const [ann, ben] = await Promise.all([1, 2].map((n) => asCustomer(env, customerOfNumber(n))))
    const quote = { json: BASKET }
    expect((await ann?.('POST /api/quotes', quote))?.status).toBe(200)
    expect((await ann?.('POST /api/quotes', quote))?.status).toBe(429)
    expect((await ben?.('POST /api/quotes', quote))?.status).toBe(200)
    expect(new Set(SESSION_RATE_LIMIT.keys)).toEqual(new Set([1, 2].map(customerOfNumber)))
  })

  it('L2: whose order is a request too many places it later, and once, with the same key', async () => {
    const env = bindings(databases())
    const customer = await asCustomer(env)
    const place = () =>
      customer('POST /api/orders', { headers: { 'Idempotency-Key': 'later' }, json: ORDER })
    env.SESSION_RATE_LIMIT = new RateLimitDouble(0)
    await expectLimited(await place(), 'session')
    env.SESSION_RATE_LIMIT = new RateLimitDouble()
    const placed = await place()
    expect(placed.status).toBe(202)
    env.SESSION_RATE_LIMIT = new RateLimitDouble(0)
    await expectLimited(await place(), 'session')
    env.SESSION_RATE_LIMIT = new RateLimitDouble()
    expect(await (await place()).json()).toEqual(await placed.json())
  })

  it.each(['GET /api/orders', `GET ${ORDER_PATH}`, `GET ${ORDER_PATH}/status`, 'GET /api/me'])(
    'may read as often as it likes: %s',
    async (route) => {
      const limits = [new RateLimitDouble(0), new RateLimitDouble(0)] as const
      const [SESSION_RATE_LIMIT, ADDRESS_RATE_LIMIT] = limits
      const env = bindings(databases(), { SESSION_RATE_LIMIT, ADDRESS_RATE_LIMIT })
      const customer = await asCustomer(env)
      expect((await customer(route, { headers: from('192.0.2.1') })).status).not.toBe(429)
    },
  )
})

describe('an address', () => {
  it.each([...OPEN, ...LIMITED])(
    'L1: that asks too much is told before all else, whatever its session: $route',
    async (sent) => {
      const { env, asked } = watched({ ADDRESS_RATE_LIMIT: new RateLimitDouble(0) })
      const customer = await asCustomer(env)
      const headers = { ...sent.headers, ...from('192.0.2.1') }
      await expectLimited(await customer(sent.route, { ...sent, headers }), 'address')
      await expectLimited(await request(env, sent.route, { ...sent, headers }), 'address')
      expect(asked).not.toHaveBeenCalled()
    },
  )

  it('is limited by itself, over all of its sessions', async () => {
    const env = bindings(databases(), { ADDRESS_RATE_LIMIT: new RateLimitDouble(2) })
    const open = (address: string) => request(env, 'POST /api/session', { headers: from(address) })
    expect((await open('192.0.2.1')).status).toBe(200)
    expect((await open('192.0.2.1')).status).toBe(200)
    expect((await open('192.0.2.1')).status).toBe(429)
    expect((await open('192.0.2.2')).status).toBe(200)
  })

  it('that is not known is not counted: the request did not come by way of Cloudflare', async () => {
    const env = bindings(databases(), { ADDRESS_RATE_LIMIT: new RateLimitDouble(0) })
    expect((await request(env, 'POST /api/session')).status).toBe(200)
  })

  it('of IPv6 is its network of 64 bits', async () => {
    const ADDRESS_RATE_LIMIT = new RateLimitDouble()
    const env = bindings(databases(), { ADDRESS_RATE_LIMIT })
    for (const address of ['2001:db8:1:2::1', '2001:db8:1:2:3:4:5:6', '2001:db8:1:3::1'])
      await request(env, 'POST /api/session', { headers: from(address) })
    const network = '2001:db8:1:2::/64'
    expect(ADDRESS_RATE_LIMIT.keys).toEqual([network, network, '2001:db8:1:3::/64'])
  })

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:db8::5:4:3:2:1', '2001:db8:0:5::/64'],
    ['2001:db8:1:2:3:4:5::', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
  ])('%s is counted as %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})

describe('a limiter', () => {
  it.each(['SESSION_RATE_LIMIT', 'ADDRESS_RATE_LIMIT'] as const)(
    'L3: that fails lets everybody through, and the log says so: %s',
    async (name) => {
      const env = bindings(databases(), { [name]: { limit: down } })
      const customer = await asCustomer(env)
      const sent = { headers: from('192.0.2.1'), json: BASKET }
      expect((await customer('POST /api/quotes', sent)).status).toBe(200)
      expect(warned).toHaveBeenCalledOnce()
      expect(warned.mock.calls[0]?.[0]).toMatch(/"rate-limit-silent".*network connection was lost/)
    },
  )

  it('L3: that does not answer is not waited for', async () => {
    vi.useFakeTimers()
    try {
      const env = bindings(databases(), { ADDRESS_RATE_LIMIT: { limit: silent } })
      const response = request(env, 'POST /api/session', { headers: from('192.0.2.1') })
      await vi.advanceTimersByTimeAsync(1_000)
      expect((await response).status).toBe(200)
      expect(warned).toHaveBeenCalledOnce()
    } finally {
      vi.useRealTimers()
    }
  })
})

it('says when to come back: the period of both limits', () => {
  const config = readFileSync(`${import.meta.dirname}/../../wrangler.toml`, 'utf8')
  const periods = [...config.matchAll(/simple = .*period = (\d+)/g)].map(([, period]) => period)
  expect(periods).toEqual([String(PERIOD_S), String(PERIOD_S)])
})

it('is documented for each route that is limited, and for no other', () => {
  const documented = operationsOf(openApiDocument(app))
    .filter(({ operation }) => '429' in (operation.responses ?? {}))
    .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
  const limited = [...OPEN, ...LIMITED].map(({ route }) => route.replace(/\?.*/, ''))
  expect(
    documented
      .map((route) => route.replace('{id}', orderIdOfNumber(1)).replace('{name}', 'object-killed'))
      .toSorted(),
  ).toEqual(limited.toSorted())
})
