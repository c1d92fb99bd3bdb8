import { env } from 'cloudflare:workers'
import { expect, it } from 'vitest'
import type { CustomerId } from '../../durable-objects/core/ids.ts'
import { participant } from '../../worker/domains/participant.ts'
import { edgeRuntime } from '../../worker/domains/runtime.ts'
import { checksOf, offersTo } from '../../worker/domains/coupons/offers.ts'
import { steps } from '../../worker/domains/coupons/store.ts'
import { Tally, difference } from '../bench/cost/counts.ts'
import { meterDatabase } from '../bench/cost/meter/databases.ts'
import { newCustomer } from './domains.ts'
import { command, compensation, newOrderId } from '../support/commands.ts'
import { type QueueHandler, outcomes } from './queue.ts'

const NOW_MS = 5_000
const coupons = participant('coupons', steps, { ...edgeRuntime, nowMs: () => NOW_MS })
const queue: QueueHandler = (batch) =>
  coupons.queue(batch, { DB: env.COUPONS_DB, ORDERS: env.ORDER_RECORDERS })

type Terms = {
  minimum?: number
  validFromMs?: number
  validUntilMs?: number
  totalLimit?: number | null
  perCustomerLimit?: number | null
}

async function newCoupon(terms: Terms): Promise<string> {
  const code = crypto.randomUUID()
  const { minimum = 0, validFromMs = 0, validUntilMs = NOW_MS + 1 } = terms
  const { totalLimit = null, perCustomerLimit = null } = terms
  await env.COUPONS_DB.prepare(
    `insert into coupon (code, percent_off, currency, minimum_subtotal, valid_from_ms,
       valid_until_ms, total_limit, per_customer_limit)
     values (?1, 10, 'USD', ?2, ?3, ?4, ?5, ?6)`,
  )
    .bind(code, minimum, validFromMs, validUntilMs, totalLimit, perCustomerLimit)
    .run()
  return code
}

const inputOf = (customer: CustomerId, coupon: string, amount = 1_000, currency = 'USD') => ({
  customer,
  coupon,
  subtotal: { amount, currency },
  discount: { amount: 0, currency },
})

const redeem = (...input: Parameters<typeof inputOf>) =>
  command(newOrderId(), 'redeem-coupon', inputOf(...input))

it('a coupon is valid from its first instant until before its last', async () => {
  const customer = newCustomer()
  const notYet = await newCoupon({ validFromMs: NOW_MS + 1 })
  const justNow = await newCoupon({ validFromMs: NOW_MS })
  const over = await newCoupon({ validUntilMs: NOW_MS })
  expect(
    await outcomes(
      queue,
      [notYet, justNow, over, 'NO-SUCH'].map((coupon) => redeem(customer, coupon)),
    ),
  ).toEqual([
    'rejected: coupon-expired',
    'done',
    'rejected: coupon-expired',
    'rejected: coupon-unknown',
  ])
})

it('a minimum is met by its own currency alone', async () => {
  const coupon = await newCoupon({ minimum: 1_000 })
  expect(
    await outcomes(queue, [
      redeem(newCustomer(), coupon, 999),
      redeem(newCustomer(), coupon, 5_000, 'EUR'),
      redeem(newCustomer(), coupon, 1_000),
    ]),
  ).toEqual(['rejected: coupon-minimum-not-met', 'rejected: coupon-other-currency', 'done'])
})

it('the limit per customer holds when one customer orders many times at once (K1)', async () => {
  const coupon = await newCoupon({ perCustomerLimit: 2 })
  const customer = newCustomer()
  const batches = Array.from({ length: 5 }, () =>
    outcomes(queue, [redeem(customer, coupon), redeem(customer, coupon)]),
  )
  const all = (await Promise.all(batches)).flat()
  expect(all.filter((outcome) => outcome === 'done')).toHaveLength(2)
  expect(all.filter((outcome) => outcome === 'rejected: coupon-already-used')).toHaveLength(8)
  expect(await outcomes(queue, [redeem(newCustomer(), coupon)])).toEqual(['done'])
})

it('who redeems a coupon without a limit again and again is not counted each time', async () => {
  const coupon = await newCoupon({})
  const [regular, newcomer] = [newCustomer(), newCustomer()]
  await env.COUPONS_DB.prepare(
    `insert into redemption (order_id, code, customer, status)
     select 'ord_before_' || key, ?1, ?2, 'used' from json_each(?3)`,
  )
    .bind(coupon, regular, JSON.stringify(Array.from({ length: 200 })))
    .run()
  const subtotal = { amount: 1_000, currency: 'USD' }
  const tally = new Tally()
  meterDatabase(env.COUPONS_DB, 'COUPONS_DB', tally)
  const rowsReadFor = async (customer: CustomerId) => {
    const before = tally.counts()
    await outcomes(queue, [redeem(customer, coupon)])
    await checksOf(env.COUPONS_DB, [{ customer, code: coupon, subtotal, nowMs: NOW_MS }])
    await offersTo(env.COUPONS_DB, customer, NOW_MS)
    return difference(before, tally.counts())['COUPONS_DB: rows read']
  }
  expect(await rowsReadFor(regular)).toBe(await rowsReadFor(newcomer))
})

it('a coupon that was given back by compensation can be redeemed again (K2)', async () => {
  const coupon = await newCoupon({ perCustomerLimit: 1, totalLimit: 1 })
  const customer = newCustomer()
  const orderId = newOrderId()
  const input = inputOf(customer, coupon)
  expect(
    await outcomes(queue, [
      command(orderId, 'redeem-coupon', input),
      redeem(customer, coupon),
      compensation(orderId, 'redeem-coupon', input),
      redeem(customer, coupon),
    ]),
  ).toEqual(['done', 'rejected: coupon-already-used', 'done', 'done'])
})
