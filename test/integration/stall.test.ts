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
const SETTLED_MS_MAX = 60_000
const TEST_MS_MAX = 150_000
/** What a busy machine may add to an answer; who waits for the payments waits at least for the deadline. */
const NOISE_MS = 250
const DEADLINE_MS = 3_000

type Attempt = {
  customer: Customer
  key: string
  status: number
  tookMs: number
  retryAfterMs: number
}

type Placed = { customer: Customer; id: string }
const placed: Placed[] = []

const deadlineMs = env.SAGA_DEADLINE_MS
beforeAll(async () => {
  env.SAGA_DEADLINE_MS = String(DEADLINE_MS)
  await env.TEST_INVENTORY_DB.prepare(
    'update stock set received = received + 1000, on_hand = on_hand + 1000 where sku = ?',
  )
    .bind(SKU)
    .run()
})

/** Whatever came of the test: commands still under way would go into the next file's databases. */
afterAll(async () => {
  env.SAGA_DEADLINE_MS = deadlineMs
  await env.PAYMENTS.setFaults(NO_FAULTS)
  for (const order of placed) await settled(order)
}, TEST_MS_MAX)

const settled = ({ customer, id }: Placed): Promise<OrderView> =>
  eventually(
    () => customer.read(id),
    (order) => order.settled,
    SETTLED_MS_MAX,
  )

async function submit(customer: Customer, key: string): Promise<Attempt> {
  const startedAtMs = performance.now()
  const order = { ...goodOrder, lines: [{ sku: SKU, quantity: 1 }] }
  const response = await customer.submit(order, key)
  const tookMs = performance.now() - startedAtMs
  if (response.status === 202) placed.push({ customer, id: (await response.json<OrderView>()).id })
  const retryAfterMs = Number(response.headers.get('Retry-After')) * 1_000
  return { customer, key, status: response.status, tookMs, retryAfterMs }
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
    // The breaker may still be open from a try before this one.
    await env.PAYMENTS.setFaults(NO_FAULTS)
    await eventually(
      async () => submit(await Customer.arrive(), crypto.randomUUID()),
      ({ status }) => status === 202,
      SETTLED_MS_MAX,
    )
    // What is slow the first time only.
    await load(HEALTHY_MS / 5)
    const healthy = await load(HEALTHY_MS)
    expect(healthy.filter(({ status }) => status === 202).length).toBeGreaterThan(
      healthy.length * 0.9,
    )

    await env.PAYMENTS.setFaults({ ...NO_FAULTS, latencyMs: STALLED_MS })
    const stalling = load(STALLED_MS)
    await eventually(paymentsAre, (state) => state === 'open')
    const stalled = await stalling
    await env.PAYMENTS.setFaults(NO_FAULTS)

    const refused = stalled.filter(({ status }) => status !== 202)
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]))
    expect(refused.length, 'most are answered at once').toBeGreaterThan(stalled.length / 2)
    expect(p99(stalled)).toBeLessThan(2 * p99(healthy) + NOISE_MS)

    // Half-open, it waits for somebody who tries.
    const [first, ...others] = refused
    if (!first) throw new Error('nobody was refused')
    const probe = await untilTaken(first)
    await eventually(paymentsAre, (state) => state === 'closed', SETTLED_MS_MAX)
    const again = [probe, ...(await Promise.all(others.map(untilTaken)))]
    expect(again.every(({ status }) => status === 202)).toBe(true)
    for (const order of placed) {
      const { status, version } = await settled(order)
      expect(['confirmed', 'failed']).toContain(status)
      await atRest(order.id, version)
    }
    expect((await audit()).violations).toEqual([])
  },
  TEST_MS_MAX,
)
