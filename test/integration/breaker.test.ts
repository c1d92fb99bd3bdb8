/** The domains' breakers: real objects, real orders, real time. */
import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { BreakerInspection, BreakerRpc } from '../../durable-objects/breaker-rpc.ts'
import { BREAKER_SETTINGS, NO_OUTCOMES, type Outcomes } from '../../durable-objects/core/breaker.ts'
import { NO_TRAFFIC } from '../../durable-objects/core/load.ts'
import type { OrderView } from '../../worker/api/contract.ts'
import {
  type StatusMessage,
  serviceStatusSchema,
  statusMessageSchema,
} from '../../worker/api/status-contract.ts'
import { type Breaker, breakerListSchema } from '../../worker/api/ops/contract.ts'
import { type Domain, NO_FAULTS } from '../../worker/domains/reads.ts'
import { atRest } from './saga-log-copy.ts'
import {
  Customer,
  asOperator,
  audit,
  eventually,
  fullOrder,
  goodOrder,
  objectOf,
  request,
} from './shop.ts'

const operator = { by: 'Ann', reason: 'a test' }
const failed = (times: number) => ({ requests: times, hasSucceeded: false, failedInARow: times })
const succeeded = (times: number) => ({ requests: times, hasSucceeded: true, failedInARow: 0 })

async function change(domain: Domain, json: object): Promise<void> {
  const body = JSON.stringify({ ...json, ...operator })
  const response = await asOperator(`/api/ops/breakers/${domain}`, { method: 'PUT', body })
  expect(response.status).toBe(200)
}

async function breakerOf(domain: Domain): Promise<Breaker> {
  const { breakers } = breakerListSchema.parse(await (await asOperator('/api/ops/breakers')).json())
  const found = breakers.find((breaker) => breaker.domain === domain)
  if (!found) throw new Error(`no breaker of ${domain}`)
  return found
}

/** What an operator has set is known everywhere within a second. */
async function hold(domain: Domain): Promise<void> {
  await change(domain, { force: 'open' })
  await eventually(
    async () => serviceStatusSchema.parse(await (await request('/api/status')).json()),
    ({ services }) => services.some(({ service, state }) => service === domain && state === 'open'),
  )
}
const letGo = (domain: Domain) => change(domain, { force: 'auto' })

const eventTypes = async (id: string): Promise<string[]> =>
  ((await objectOf(id).inspect())?.transitions ?? []).flatMap(({ events }) =>
    events.map(({ type }) => type),
  )

const stepOf = (order: OrderView, name: string) => order.steps.find((step) => step.name === name)

const tell = (breaker: Pick<BreakerRpc, 'exchange'>, outcomes: Outcomes) =>
  breaker.exchange(outcomes, NO_TRAFFIC)

const deadlineMs = env.SAGA_DEADLINE_MS

afterEach(async () => {
  env.SAGA_DEADLINE_MS = deadlineMs
  await Promise.all([env.COUPONS, env.LOGISTICS].map((domain) => domain.setFaults(NO_FAULTS)))
  for (const domain of ['coupons', 'points', 'payments'] as const) {
    await change(domain, { force: 'auto', settings: BREAKER_SETTINGS })
  }
})

describe("a breaker's object", () => {
  it('opens after fifteen failures in a row, is half-open after a while, and closes', async () => {
    const breaker = env.BREAKERS.getByName('opens')
    expect(await tell(breaker, succeeded(5))).toMatchObject({ state: 'closed', openForMs: 0 })
    expect((await tell(breaker, failed(14))).state).toBe('closed')
    expect(await tell(breaker, failed(1))).toMatchObject({ state: 'open' })
    await eventually(
      () => tell(breaker, NO_OUTCOMES),
      ({ state }) => state === 'half-open',
    )
    expect(await tell(breaker, failed(1))).toMatchObject({ state: 'open' })
    await eventually(
      () => tell(breaker, NO_OUTCOMES),
      ({ state }) => state === 'half-open',
    )
    expect(await tell(breaker, succeeded(1))).toMatchObject({ state: 'closed', openForMs: 0 })
  })

  it('U5: keeps its state and settings when it leaves memory', async () => {
    const breaker = env.BREAKERS.getByName('kept')
    await breaker.change({ settings: { failureThreshold: 2, minRequests: 3 }, ...operator })
    await tell(breaker, failed(2))
    await evictDurableObject(breaker)
    expect(await breaker.inspect()).toMatchObject({ failedInARow: 2, requests: 2 })
    expect(await tell(breaker, failed(1))).toMatchObject({ state: 'open' })
    await evictDurableObject(breaker)
    expect((await tell(breaker, NO_OUTCOMES)).state).not.toBe('closed')
  })

  it('says in the log who changed it and why, though its state stays', async () => {
    const said = vi.spyOn(console, 'log').mockReturnValue()
    const settings = { failureThreshold: 7 }
    await env.BREAKERS.getByName('noted').change({ settings, ...operator })
    const lines = said.mock.calls.map(([line]) => JSON.parse(String(line)))
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'breaker-set', domain: 'noted', settings, ...operator }),
    )
    said.mockRestore()
  })

  it('U15: has heard of failures before it asks its queue, which may never answer', async () => {
    const breaker = env.BREAKERS.getByName('points')
    const { promise: asked, resolve: ask } = Promise.withResolvers<BreakerInspection>()
    await runInDurableObject(breaker, (instance) => {
      const { promise: never } = Promise.withResolvers<QueueMetrics>()
      const metrics = () => {
        ask(instance.inspect())
        return never
      }
      Object.defineProperty(instance, 'env', { value: { ...env, POINTS_COMMANDS: { metrics } } })
    })
    expect(await tell(breaker, failed(30))).toMatchObject({ state: 'open', load: { backlog: 0 } })
    expect((await asked).state).toBe('open')
    await evictDurableObject(breaker)
    await eventually(
      () => tell(breaker, succeeded(1)),
      ({ state }) => state === 'closed',
    )
  })

  it('tells operators how long its queue is now, though nobody has sent anything since', async () => {
    const breaker = env.BREAKERS.getByName('points')
    const metrics = { backlogCount: 9_000, backlogBytes: 0 }
    await runInDurableObject(breaker, (instance) => {
      const POINTS_COMMANDS = { metrics: () => Promise.resolve(metrics) }
      Object.defineProperty(instance, 'env', { value: { ...env, POINTS_COMMANDS } })
    })
    await eventually(
      () => tell(breaker, NO_OUTCOMES),
      ({ load }) => load.isFull,
    )
    metrics.backlogCount = 0
    const { load } = await eventually(
      () => breaker.inspect(),
      (now) => now.load.backlog === 0,
    )
    expect(load.isFull).toBe(false)
    await evictDurableObject(breaker)
  })

  it('takes its settings from the configuration until an operator changes them', async () => {
    expect((await breakerOf('logistics')).settings).toEqual(env.BREAKER)
    await change('coupons', { settings: { windowMs: 5_000 } })
    expect((await breakerOf('coupons')).settings).toEqual({ ...BREAKER_SETTINGS, windowMs: 5_000 })
  })
})

describe('the breaker of a domain that fails', () => {
  it('U10: opens on what orders meet, closes by itself, and the orders go on', async () => {
    const customers = await Promise.all([Customer.arrive(), Customer.arrive()])
    await change('coupons', { settings: { failureThreshold: 2, minRequests: 2 } })
    await env.COUPONS.setFaults({ ...NO_FAULTS, transientRate: 1 })
    // Two: what one order meets again and again is no news (U13).
    const orders = await Promise.all(customers.map((customer) => customer.order(fullOrder)))
    await eventually(
      () => breakerOf('coupons'),
      ({ state }) => state === 'open',
    )
    await env.COUPONS.setFaults(NO_FAULTS)
    for (const [index, { id }] of orders.entries()) {
      expect((await customers[index]?.settled(id))?.status).toBe('confirmed')
      expect(await eventTypes(id)).toContain('step-held')
    }
    await eventually(
      () => breakerOf('coupons'),
      ({ state }) => state === 'closed',
    )
    expect((await audit()).violations).toEqual([])
  })
})

describe('while more commands wait in a queue than are served in time', () => {
  it('no order is taken in that needs its domain; those before it end well', async () => {
    const customer = await Customer.arrive()
    const others = await Promise.all(Array.from({ length: 4 }, () => Customer.arrive()))
    env.SAGA_DEADLINE_MS = '60000'
    await change('coupons', { settings: { backlogMax: 1 } })
    await env.COUPONS.setFaults({ ...NO_FAULTS, latencyMs: 60_000 })
    // Each is asked again by queue, which hands over one batch at a time.
    const orders = await Promise.all(others.map((other) => other.order(fullOrder)))
    await eventually(
      () => breakerOf('coupons'),
      ({ load }) => load.backlog > 1,
    )
    const refused = await eventually(
      () => customer.submit(fullOrder),
      ({ status }) => status === 503,
    )
    expect(await refused.json()).toMatchObject({ code: 'overloaded', service: 'coupons' })
    expect(refused.headers.get('Retry-After')).toBe('1')
    await env.COUPONS.setFaults(NO_FAULTS)
    for (const [index, { id }] of orders.entries()) {
      const settled = await others[index]?.settled(id)
      expect(settled?.status).toBe('confirmed')
      await atRest(id, settled?.version ?? 0)
    }
  })
})

describe('while a breaker is open', () => {
  it('an order is answered at once, and can be placed again once it is closed', async () => {
    const customer = await Customer.arrive()
    await hold('payments')
    const key = crypto.randomUUID()
    const response = await customer.submit(goodOrder, key)
    expect(response.status).toBe(503)
    expect(Number(response.headers.get('Retry-After'))).toBeGreaterThan(0)
    expect(await response.json()).toMatchObject({ code: 'domain-unavailable', service: 'payments' })
    await letGo('payments')
    const placed = await eventually(
      () => customer.submit(goodOrder, key),
      ({ status }) => status !== 503,
    )
    expect((await customer.settled((await placed.json<OrderView>()).id)).status).toBe('confirmed')
  })

  it('E11: an order under way waits with the step, and goes on within its deadline', async () => {
    const customer = await Customer.arrive()
    await env.LOGISTICS.setFaults({ ...NO_FAULTS, transientRate: 1 })
    const { id } = await customer.order(goodOrder)
    await hold('payments')
    await env.LOGISTICS.setFaults(NO_FAULTS)
    const waiting = await eventually(
      () => customer.read(id),
      (order) => stepOf(order, 'charge-card')?.heldUntil !== undefined,
    )
    expect(stepOf(waiting, 'charge-card')).toMatchObject({ status: 'waiting', attempt: 0 })
    expect(waiting.cancellable).toBe(true)
    await letGo('payments')
    expect((await customer.settled(id)).status).toBe('confirmed')
  })

  it('E11: at the deadline the order is called off, and all that it held is given back', async () => {
    const customer = await Customer.arrive()
    env.SAGA_DEADLINE_MS = '6000'
    await env.LOGISTICS.setFaults({ ...NO_FAULTS, transientRate: 1 })
    const { id } = await customer.order(fullOrder)
    await hold('payments')
    await env.LOGISTICS.setFaults(NO_FAULTS)
    const order = await customer.settled(id)
    expect(order.status).toBe('failed')
    expect(order.failure).toMatchObject({ code: 'domain-unavailable', step: 'charge-card' })
    expect(stepOf(order, 'charge-card')?.status).toBe('not-run')
    expect(await env.POINTS.balance(customer.id)).toEqual({ available: 500, frozen: 0 })
    expect((await audit()).violations).toEqual([])
  })

  it('E11: a compensation waits, spends no retry, and is done once the breaker has closed', async () => {
    const customer = await Customer.arrive()
    await env.LOGISTICS.setFaults({
      ...NO_FAULTS,
      transientRate: 1,
      only: { direction: 'action' },
    })
    const { id } = await customer.order(fullOrder)
    await eventually(
      () => env.POINTS.balance(customer.id),
      ({ frozen }) => frozen === 120,
    )
    await hold('points')
    await customer.request(`/api/orders/${id}/cancel`, { method: 'POST' })
    const waiting = await eventually(
      () => customer.read(id),
      (order) => stepOf(order, 'freeze-points')?.heldUntil !== undefined,
    )
    expect(waiting).toMatchObject({ status: 'cancelled', settled: false })
    expect(stepOf(waiting, 'freeze-points')).toMatchObject({ status: 'compensating', attempt: 0 })
    await letGo('points')
    expect((await customer.settled(id)).status).toBe('cancelled')
    expect(await env.POINTS.balance(customer.id)).toEqual({ available: 500, frozen: 0 })
    expect((await audit()).violations).toEqual([])
  })
})

describe('a page that watches', () => {
  it('hears at once how it stands, and of each change', async () => {
    await change('points', { force: 'auto' })
    const response = await request('/api/status/socket', { headers: { Upgrade: 'websocket' } })
    const socket = response.webSocket
    if (!socket) throw new Error(`${response.status} instead of a socket`)
    const heard: StatusMessage[] = []
    socket.accept()
    socket.addEventListener('message', ({ data }) => {
      heard.push(statusMessageSchema.parse(JSON.parse(String(data))))
    })
    const pointsWere = () =>
      heard.map(({ services }) => services.find(({ service }) => service === 'points')?.state)
    await eventually(
      async () => heard.length,
      (count) => count === 1,
    )
    expect(pointsWere()).toEqual(['closed'])
    await change('points', { force: 'open' })
    await change('points', { force: 'auto' })
    await eventually(
      async () => heard.length,
      (count) => count === 3,
    )
    expect(pointsWere()).toEqual(['closed', 'open', 'closed'])
    socket.close()
  })

  it('must ask for a socket, and from this origin', async () => {
    expect((await request('/api/status/socket')).status).toBe(426)
    const headers = { Upgrade: 'websocket', Origin: 'https://elsewhere.example' }
    expect((await request('/api/status/socket', { headers })).status).toBe(403)
  })
})
