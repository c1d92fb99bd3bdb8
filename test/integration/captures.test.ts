import { env } from 'cloudflare:workers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OrderId, isOrderId } from '../../durable-objects/core/ids.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'
import { sweep } from '../../worker/sweep.ts'
import { Customer, audit, eventually, goodOrder } from './shop.ts'

/** What there is anyhow: a message that outlived its test may have charged a card. */
let others: number
let found: Set<string>
beforeEach(async () => {
  others = (await sweep(env)).leases.asked
  found = new Set((await audit()).violations.map(({ subject }) => subject))
})
afterEach(() => env.POINTS.setFaults(NO_FAULTS))

/** Long ago, so that its outcome would have been written down by now. */
const CAPTURED_AT_MS = Date.now() - 600_000

/** Captured by the provider, whatever it had said of the order's charge. */
const capture = (orderId: string, amount: number) =>
  env.TEST_PROVIDER_DB.prepare(
    `insert into ledger_charge (key, order_id, amount, currency, status, reference, visible_at_ms)
     values (?1 || '/charge-card', ?1, ?2, 'USD', 'captured', ?1, ?3)
     on conflict (key) do update set order_id = ?1, amount = ?2, currency = 'USD',
       status = 'captured', visible_at_ms = ?3`,
  )
    .bind(orderId, amount, CAPTURED_AT_MS)
    .run()

/** Too old for the sweep. */
const age = (orderId: string) =>
  env.TEST_PROVIDER_DB.prepare('update ledger_charge set visible_at_ms = 0 where order_id = ?')
    .bind(orderId)
    .run()

/** As if a backup of the payments' database had been brought back. */
const forgetCharge = (orderId: string) =>
  env.TEST_PAYMENTS_DB.batch(
    ['charge', 'operation'].map((table) =>
      env.TEST_PAYMENTS_DB.prepare(`delete from ${table} where order_id = ?`).bind(orderId),
    ),
  )

const newViolations = async () =>
  (await audit()).violations.filter(({ subject }) => !found.has(subject))

async function recordOf(orderId: string) {
  const { items } = await env.PAYMENTS.payments(null, 500)
  return items.find((item) => item.orderId === orderId)
}

describe('a capture that the payments do not know', () => {
  it('of a compensated order is refunded once by the sweep, and the audit is clean again', async () => {
    const customer = await Customer.arrive()
    const { id, total } = await customer.order({ ...goodOrder, payment: { token: 'tok_declined' } })
    const { version } = await customer.settled(id)
    await capture(id, total.amount)
    expect(await newViolations()).toMatchObject([{ law: 'paid-in-full-or-not-at-all' }])

    const sweeps = await Promise.all([sweep(env), sweep(env)])
    expect(sweeps.some(({ leases }) => leases.released > 0)).toBe(true)
    expect((await sweep(env)).leases).toMatchObject({ asked: others })
    expect(await recordOf(id)).toMatchObject({ captured: total.amount, refunded: total.amount })
    expect(await newViolations()).toEqual([])
    expect((await customer.read(id)).version).toBe(version)
  })

  it('of a completed order is kept, and so is what was paid for it', async () => {
    const customer = await Customer.arrive()
    const { id, total } = await customer.order()
    expect((await customer.settled(id)).status).toBe('confirmed')
    await forgetCharge(id)
    await capture(id, total.amount)
    expect((await sweep(env)).leases).toMatchObject({ asked: others + 1, kept: others + 1 })
    expect(await recordOf(id)).toMatchObject({ captured: total.amount, refunded: 0 })
    expect(await newViolations()).toEqual([])
    await age(id)
  })

  it('of a living order is kept', async () => {
    await env.POINTS.setFaults({ ...NO_FAULTS, dropReplyRate: 1 })
    const customer = await Customer.arrive()
    const { id, total } = await customer.order({ points: 120 })
    await eventually(
      () => env.POINTS.balance(customer.id),
      ({ frozen }) => frozen > 0,
    )
    await capture(id, total.amount)
    expect((await sweep(env)).leases).toMatchObject({ released: 0, kept: others + 1 })
    expect(await recordOf(id)).toMatchObject({ refunded: 0 })
    await env.POINTS.setFaults(NO_FAULTS)
    await customer.settled(id)
  })

  it('of an order that is not there is kept, where the audit shows it', async () => {
    const id = unknownOrder()
    await capture(id, 100)
    expect((await sweep(env)).leases).toMatchObject({ asked: others + 1, kept: others + 1 })
    expect(await newViolations()).toMatchObject([{ law: 'payment-without-order' }])
  })
})

function unknownOrder(): OrderId {
  const id = `ord_${crypto.randomUUID().replaceAll('-', '')}`
  if (!isOrderId(id)) throw new RangeError(id)
  return id
}
