/** Orders that cannot be placed as they are. Every refusal names its field, and nothing is made. */
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { type Customer, openCustomer } from '../../scripts/client/customer.ts'
import { request } from '../../scripts/client/http.ts'
import { orderListSchema } from '../../worker/api/contract.ts'
import { ADDRESS, PLENTIFUL, orderOf, until, untilSettled } from '../support/orders.ts'
import { expectRefusal } from '../support/problems.ts'

const { url } = inject('shop')
let customer: Customer

beforeAll(async () => {
  customer = await openCustomer(url)
})

const post = (json: unknown, headers: Record<string, string> = {}) =>
  request(`${url}/api/orders`, {
    method: 'POST',
    token: customer.token,
    headers: { 'idempotency-key': crypto.randomUUID(), ...headers },
    json,
  })

const line = (changes: object) => ({ lines: [{ sku: PLENTIFUL, quantity: 1, ...changes }] })
const address = (changes: object) => ({ shipTo: { ...ADDRESS, ...changes } })

/** What is changed of a good order, and the field that must be named. */
const INVALID: [what: string, changes: object, field: string][] = [
  ['no lines', { lines: [] }, 'lines'],
  ['lines missing', { lines: undefined }, 'lines'],
  ['lines as text', { lines: 'all' }, 'lines'],
  ['21 lines', { lines: Array.from({ length: 21 }, () => line({}).lines[0]) }, 'lines'],
  ['a line that is null', { lines: [null] }, 'lines.0'],
  ['quantity 0', line({ quantity: 0 }), 'lines.0.quantity'],
  ['quantity -1', line({ quantity: -1 }), 'lines.0.quantity'],
  ['quantity 1.5', line({ quantity: 1.5 }), 'lines.0.quantity'],
  ['quantity 100', line({ quantity: 100 }), 'lines.0.quantity'],
  ['quantity as text', line({ quantity: '1' }), 'lines.0.quantity'],
  ['quantity beyond integers', line({ quantity: 1e308 }), 'lines.0.quantity'],
  ['empty sku', line({ sku: '' }), 'lines.0.sku'],
  ['endless sku', line({ sku: 'x'.repeat(41) }), 'lines.0.sku'],
  ['unknown field in a line', line({ price: 1 }), 'lines.0.price'],
  ['empty coupon', { coupon: ' ' }, 'coupon'],
  ['coupon as number', { coupon: 10 }, 'coupon'],
  ['negative points', { points: -5 }, 'points'],
  ['half a point', { points: 0.5 }, 'points'],
  ['points as text', { points: '100' }, 'points'],
  ['a day that is none', { delivery: { day: '2026-02-30' } }, 'delivery.day'],
  ['a day in words', { delivery: { day: 'tomorrow' } }, 'delivery.day'],
  ['no address', { shipTo: undefined }, 'shipTo'],
  ['address without a name', address({ name: '  ' }), 'shipTo.name'],
  ['address with an endless line', address({ line1: 'x'.repeat(201) }), 'shipTo.line1'],
  ['country in small letters', address({ country: 'us' }), 'shipTo.country'],
  ['country of three letters', address({ country: 'USA' }), 'shipTo.country'],
  ['unknown card', { payment: { token: 'tok_gold' } }, 'payment.token'],
  ['no card', { payment: {} }, 'payment.token'],
  ['expected total as number', { expectedTotal: 12 }, 'expectedTotal'],
  ['misspelt field', { cuopon: 'WELCOME10' }, 'cuopon'],
]

describe('an order with', () => {
  it.each(INVALID)('%s: 422, and the field is named', async (what, changes, field) => {
    const problem = expectRefusal(await post({ ...orderOf(), ...changes }), what)
    expect(problem.code).toBe('invalid-input')
    expect(problem.status).toBe(422)
    expect(problem.errors?.map((error) => error.field)).toContain(field)
  })
})

/** Well formed, but it cannot be. */
const IMPOSSIBLE: [what: string, changes: object, code: string][] = [
  ['unknown product', line({ sku: 'NO-SUCH-THING' }), 'unknown-sku'],
  ['more than there is', line({ sku: 'VASE-BLUE', quantity: 99 }), 'out-of-stock'],
  ['unknown coupon', { coupon: 'NOSUCHCODE' }, 'coupon-unknown'],
  ['expired coupon', { coupon: 'EXPIRED20' }, 'coupon-expired'],
  ['coupon for a larger basket', { coupon: 'BIG25' }, 'coupon-minimum-not-met'],
  [
    'more points than the customer has',
    { ...line({ quantity: 50 }), points: 501 },
    'not-enough-points',
  ],
  ['more points than it costs', { points: 999_999 }, 'points-exceed-total'],
  ['a country that is not served', address({ country: 'AQ' }), 'country-not-served'],
  ['a day in the past', { delivery: { day: '2020-01-01' } }, 'delivery-day-unavailable'],
  ['another total than shown', { expectedTotal: { amount: 1, currency: 'USD' } }, 'price-changed'],
]

describe('an order with', () => {
  it.each(IMPOSSIBLE)('%s: refused with its own code', async (what, changes, code) => {
    const problem = expectRefusal(await post({ ...orderOf(), ...changes }), what)
    expect([problem.code, ...(problem.errors ?? []).map(({ message }) => message)]).toContain(code)
  })
})

describe('Idempotency-Key', () => {
  it.each([
    ['missing', undefined, 'idempotency-key-required'],
    ['empty', '', 'idempotency-key-invalid'],
    ['with a space', 'a b', 'idempotency-key-invalid'],
    ['of 256 characters', 'k'.repeat(256), 'idempotency-key-invalid'],
  ])('%s: 400', async (what, key, code) => {
    const answer = await request(`${url}/api/orders`, {
      method: 'POST',
      token: customer.token,
      headers: key === undefined ? {} : { 'idempotency-key': key },
      json: orderOf(),
    })
    const problem = expectRefusal(answer, what)
    expect([problem.status, problem.code]).toEqual([400, code])
  })
})

describe('after all of this', () => {
  it('no order was made, and the customer has what they had', async () => {
    expect((await customer.me()).points).toEqual({ available: 500, frozen: 0 })
    const placed = await customer.place(orderOf())
    if (placed.kind === 'refused') throw new Error(placed.code)
    // The list follows by about a second: once it has this one, it would have the others too.
    const listed = await until(
      async () => {
        const { body } = await request(`${url}/api/orders`, { token: customer.token })
        const { orders } = orderListSchema.parse(body)
        return orders.length > 0 ? orders : null
      },
      { withinMs: 20_000, what: 'the good order is listed' },
    )
    expect(listed.map(({ id }) => id)).toEqual([placed.order.id])
    await untilSettled(customer, placed.order.id)
  })
})
