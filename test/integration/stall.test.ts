/** The payments stand still for half a minute, and people go on ordering. */
import { env } from 'cloudflare:workers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { OrderView } from '../../worker/api/contract.ts'
import { serviceStatusSchema } from '../../worker/api/status-contract.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'
import { atRest } from './saga-log-copy.ts'
import { Customer, audit, eventually, goodOrder, request } from './shop.ts'

const SKU = 'NOTE-DOT'
const ORDER_EVERY_MS = 100
/** So many that each stays within what a session may ask in a minute. */
const CUSTOMERS = 10
const HEALTHY_MS = 5_000
const STALLED_MS = 30_000
const ATTEMPTS_MAX = 20
const TEST_MS_MAX = 150_000

type Attempt = {
  customer: Customer
  key: string
  status: number
  tookMs: number
  retryAfterMs: number
  id: string | null
}

const deadlineMs = env.SAGA_DEADLINE_MS
beforeAll(async () => {
  env.SAGA_DEADLINE_MS = '3000'
  await env.TEST_INVENTORY_DB.prepare(
    'update stock set received = received + 1000, on_hand = on_hand + 1000 where sku = ?',
  )
    .bind(SKU)
    .run()
})
afterAll(async () => {
  env.SAGA_DEADLINE_MS = deadlineMs
  await env.PAYMENTS.setFaults(NO_FAULTS)
})

async function submit(customer: Customer, key: string): Promise<Attempt> {
  const startedAtMs = performance.now()
  const order = { ...goodOrder, lines: [{ sku: SKU, quantity: 1 }] }
  const response = await customer.submit(order, key)
  const tookMs = performance.now() - startedAtMs
  const id = response.status === 202 ? (await response.json<OrderView>()).id : null
  const retryAfterMs = Number(response.headers.get('Retry-After')) * 1_000
  return { customer, key, status: response.status, tookMs, retryAfterMs, id }
}

/** Under the same key, and each time it is refused after as long as it was told. */
async function untilTaken({ customer, key }: Attempt): Promise<Attempt> {
  for (let count = 1; ; count += 1) {
    const last = await submit(customer, key)
    if (last.status === 202 || count === ATTEMPTS_MAX) return last
    await scheduler.wait(last.retryAfterMs)
  }
}

/** One order every so often, however long the ones before take. */
async function load(durationMs: number): Promise<Attempt[]> {
  const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => Customer.arrive()))
  const attempts: Promise<Attempt>[] = []
  for (let count = 0; count * ORDER_EVERY_MS < durationMs; count += 1) {
    const customer = customers[count % CUSTOMERS]
    if (customer) attempts.push(submit(customer, crypto.randomUUID()))
    await scheduler.wait(ORDER_EVERY_MS)
  }
  return Promise.all(attempts)
}

const p99 = (attempts: Attempt[]): number =>
  attempts.map(({ tookMs }) => tookMs).toSorted((a, b) => a - b)[
    Math.ceil(attempts.length * 0.99) - 1
  ] ?? 0

const paymentsAre = async (): Promise<string | undefined> => {
  const { services } = serviceStatusSchema.parse(await (await request('/api/status')).json())
  return services.find(({ service }) => service === 'payments')?.state
}

it(
  'intake stays quick, no order is lost, and the breaker opens and closes by itself',
  async () => {
    // What is slow the first time only.
    await load(HEALTHY_MS / 5)
    const healthy = await load(HEALTHY_MS)
    expect(healthy.every(({ status }) => status === 202)).toBe(true)

    await env.PAYMENTS.setFaults({ ...NO_FAULTS, latencyMs: STALLED_MS })
    const stalling = load(STALLED_MS)
    await eventually(paymentsAre, (state) => state === 'open')
    const stalled = await stalling
    await env.PAYMENTS.setFaults(NO_FAULTS)

    const refused = stalled.filter(({ status }) => status !== 202)
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]))
    expect(refused.length, 'most are answered at once').toBeGreaterThan(stalled.length / 2)
    expect(p99(stalled) / p99(healthy)).toBeLessThan(2)

    // Half-open, it waits for somebody who tries.
    const [first, ...others] = refused
    if (!first) throw new Error('nobody was refused')
    const probe = await untilTaken(first)
    await eventually(paymentsAre, (state) => state === 'closed', 60_000)
    const again = [probe, ...(await Promise.all(others.map(untilTaken)))]
    expect(again.every(({ status }) => status === 202)).toBe(true)
    for (const { id, customer } of [...healthy, ...stalled, ...again]) {
      if (id === null) continue
      const order = await eventually(
        () => customer.read(id),
        ({ settled }) => settled,
        60_000,
      )
      expect(['confirmed', 'failed']).toContain(order.status)
      await atRest(id, order.version)
    }
    expect((await audit()).violations).toEqual([])
  },
  TEST_MS_MAX,
)
