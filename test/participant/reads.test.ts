import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import { Coupons } from '../../worker/domains/coupons/index.ts'
import { Inventory } from '../../worker/domains/inventory/index.ts'
import { Logistics } from '../../worker/domains/logistics/index.ts'
import { ORDER_IDS } from '../../worker/domains/order-ids.ts'
import { Payments } from '../../worker/domains/payments/index.ts'
import { Points } from '../../worker/domains/points/index.ts'
import type { DomainReads } from '../../worker/domains/reads.ts'
import { domainNamed, newCustomer, violations } from './domains.ts'
import { newOrderId } from '../support/commands.ts'
import { outcomes } from './queue.ts'
import { charge, openTill } from './till.ts'

const ORDERS = env.ORDER_RECORDERS
const inventory = new Inventory(createExecutionContext(), { DB: env.INVENTORY_DB, ORDERS })
const coupons = new Coupons(createExecutionContext(), { DB: env.COUPONS_DB, ORDERS })
const points = new Points(createExecutionContext(), { DB: env.POINTS_DB, ORDERS })
const logistics = new Logistics(createExecutionContext(), { DB: env.LOGISTICS_DB, ORDERS })
const payments = new Payments(createExecutionContext(), {
  DB: env.PAYMENTS_DB,
  PROVIDER_DB: env.PROVIDER_DB,
  ORDERS,
})

it('inventory: availability of the known among any number of SKUs', async () => {
  await env.INVENTORY_DB.prepare(
    "insert into stock (sku, received, on_hand, reserved) values ('A', 5, 5, 2)",
  ).run()
  const skus = Array.from({ length: 200 }, (_, index) => `NO-SUCH-${index}`)
  expect(await inventory.availability(['A', ...skus])).toEqual([{ sku: 'A', available: 3 }])
})

const usd = (amount: number) => ({ amount, currency: 'USD' })

describe('coupons', () => {
  const DAY_MS = 86_400_000
  const insert = (code: string, rest: { limit?: number; untilMs?: number; amountOff?: number }) =>
    env.COUPONS_DB.prepare(
      `insert into coupon (code, percent_off, amount_off, currency, minimum_subtotal,
         valid_from_ms, valid_until_ms, total_limit)
       values (?1, ?2, ?3, 'USD', 1000, 0, ?4, ?5)`,
    )
      .bind(
        code,
        rest.amountOff === undefined ? 15 : 0,
        rest.amountOff ?? 0,
        rest.untilMs ?? Date.now() + DAY_MS,
        rest.limit ?? null,
      )
      .run()

  it('offers what can be redeemed, and checks it against a subtotal', async () => {
    await insert('OPEN', {})
    await insert('FLAT', { amountOff: 500 })
    await insert('OVER', { untilMs: 1 })
    await insert('GONE', { limit: 0 })
    const customer = newCustomer()
    expect((await coupons.offers(customer)).map(({ code }) => code)).toEqual(['FLAT', 'OPEN'])

    expect(await coupons.check(customer, 'OPEN', usd(1_999))).toEqual({
      ok: true,
      discount: usd(299),
    })
    expect(await coupons.check(customer, 'FLAT', usd(1_000))).toEqual({
      ok: true,
      discount: usd(500),
    })
    const refusals = await Promise.all([
      coupons.check(customer, 'OPEN', usd(999)),
      coupons.check(customer, 'OVER', usd(1_000)),
      coupons.check(customer, 'GONE', usd(1_000)),
      coupons.check(customer, 'NO-SUCH', usd(1_000)),
    ])
    expect(refusals).toEqual(
      ['coupon-minimum-not-met', 'coupon-expired', 'coupon-used-up', 'coupon-unknown'].map(
        (code) => ({ ok: false, code }),
      ),
    )
  })
})

it('points: an account is opened once, with the welcome gift', async () => {
  const customer = newCustomer()
  expect(await points.balance(customer)).toEqual({ available: 0, frozen: 0 })
  await points.openAccount(customer)
  await points.openAccount(customer)
  expect(await points.balance(customer)).toEqual({ available: 500, frozen: 0 })
})

it('logistics: seven days from tomorrow, less what is taken; none where we do not deliver', async () => {
  await env.LOGISTICS_DB.prepare("insert into region values ('ZZ', 2)").run()
  const days = await logistics.days('ZZ')
  expect(days).toHaveLength(7)
  expect(days.every(({ available }) => available === 2)).toBe(true)
  const first = days[0]?.day
  expect(first).toBe(new Date(Date.now() + 86_400_000).toISOString().slice(0, 10))
  await env.LOGISTICS_DB.prepare("insert into delivery_day values ('ZZ', ?1, 2, 1, 0)")
    .bind(first)
    .run()
  expect((await logistics.days('ZZ'))[0]).toEqual({ day: first, available: 1 })
  expect(await logistics.days('XX')).toEqual([])
})

it('asked side by side, each gets what they asked for', async () => {
  const rich = newCustomer()
  await points.openAccount(rich)
  await env.LOGISTICS_DB.prepare("insert into region values ('YY', 7), ('WW', 9)").run()
  await env.INVENTORY_DB.prepare(
    "insert into stock (sku, received, on_hand) values ('B', 6, 6), ('C', 7, 7)",
  ).run()
  // The first of each kind is read alone, the others together.
  const [, ...stock] = await Promise.all(
    [['B'], ['C'], ['B', 'C'], ['NO-SUCH']].map((skus) => inventory.availability(skus)),
  )
  const [b, c] = [
    { sku: 'B', available: 6 },
    { sku: 'C', available: 7 },
  ]
  expect(stock).toEqual([[c], [b, c], []])
  const [, ...balances] = await Promise.all(
    [rich, rich, newCustomer()].map((customer) => points.balance(customer)),
  )
  expect(balances.map(({ available }) => available)).toEqual([500, 0])
  const [, ...days] = await Promise.all(
    ['YY', 'WW', 'XX', 'YY'].map((region) => logistics.days(region)),
  )
  expect(days.map((offered) => offered[0]?.available)).toEqual([9, undefined, 7])
})

it('payments: the ledger is read page by page, and nothing is ever held', async () => {
  const { queue } = openTill()
  const orders = [newOrderId(), newOrderId(), newOrderId()].toSorted()
  await outcomes(
    queue,
    orders.map((orderId) => charge(orderId, 'tok_visa')),
  )
  const first = await payments.payments(null, 2)
  expect(first.items.map(({ orderId }) => orderId)).toEqual(orders.slice(0, 2))
  expect(first.items[0]).toMatchObject({ captures: 1, captured: 4_200, refunded: 0 })
  const second = await payments.payments(first.next, 2)
  expect(second).toMatchObject({ items: [{ orderId: orders[2] }], next: null })
  expect(await payments.holds()).toEqual({ items: [], next: null })
  expect(await payments.askAboutLeases(100)).toMatchObject({ asked: 0 })
  expect(await payments.violations()).toEqual([])
})

it.each(Object.entries({ inventory, coupons, points, logistics }))(
  '%s: what became of each hold, page by page',
  async (name, reads) => {
    const domain = domainNamed(name)
    const store = await domain.open(5)
    const orders = Array.from({ length: 5 }, () => newOrderId()).toSorted()
    await outcomes(
      domain.queue,
      orders.map((orderId) => store.hold(orderId)),
    )
    const [one, two, three, final, released] = orders
    if (!one || !two || !three || !final || !released) throw new Error('five orders')
    await outcomes(domain.queue, [store.commit(final), store.release(released)])
    const stateOf = (orderId: OrderId) =>
      orderId === final ? 'final' : orderId === released ? 'released' : 'held'
    const all = orders.map((orderId) => ({ orderId, state: stateOf(orderId) }))
    const page = await reads.holds(null, 2)
    expect(page).toEqual({ items: all.slice(0, 2), next: two })
    expect(await reads.holds(two, 500)).toEqual({ items: all.slice(2), next: null })
  },
)

it.each(Object.entries({ inventory, coupons, points, logistics }))(
  '%s: asks about holds of its own whose lease has ended',
  async (name, reads) => {
    const domain = domainNamed(name)
    const store = await domain.open(5)
    await outcomes(domain.queue, [{ ...store.hold(newOrderId()), holdMs: 0 }])
    const report = { asked: 1, kept: 1, released: 0, unanswered: 0 }
    expect(await reads.askAboutLeases(100)).toEqual(report)
  },
)

describe('order ids', () => {
  it.each(Object.entries({ inventory, coupons, points, logistics }))(
    '%s: every order that it was asked about, once, in order, whatever became of it',
    async (name, reads) => {
      const domain = domainNamed(name)
      const store = await domain.open(3)
      const orders = Array.from({ length: 5 }, () => newOrderId()).toSorted()
      const [held, released, returned, refused, never] = orders
      if (!held || !released || !returned || !refused || !never) throw new Error('five orders')
      await outcomes(
        domain.queue,
        [held, released, returned].map((orderId) => store.hold(orderId)),
      )
      await outcomes(domain.queue, [store.commit(returned), store.hold(refused)])
      const giveBack = store.giveBack ? [store.giveBack(returned)] : []
      await outcomes(domain.queue, [store.release(released), ...giveBack, store.release(never)])

      const walked = await walk(reads)
      expect(walked.filter((orderId) => orders.includes(orderId))).toEqual(orders)
      expect(walked).toEqual(walked.toSorted())
    },
  )

  it('payments: also those that were charged', async () => {
    const { queue } = openTill()
    const orders = [newOrderId(), newOrderId(), newOrderId()].toSorted()
    await outcomes(
      queue,
      orders.map((orderId) => charge(orderId, 'tok_visa')),
    )
    const walked = await walk(payments)
    expect(walked.filter((orderId) => orders.includes(orderId))).toEqual(orders)
  })

  it('are read from the index of the key, from where the page begins, and never sorted', async () => {
    const { results } = await env.INVENTORY_DB.prepare(`explain query plan ${ORDER_IDS}`)
      .bind('ord_', 10)
      .all<{ detail: string }>()
    const plan = results.map(({ detail }) => detail)
    expect(plan).toEqual([
      expect.stringMatching(/^SEARCH operation USING PRIMARY KEY .*saga_id>\?/),
    ])
  })
})

describe('violations', () => {
  it.each([
    ['inventory', 'update reservation set quantity = quantity + 1'],
    ['coupons', 'update coupon set held = held + 1 where held > 0'],
    ['points', 'update hold set points = points + 1'],
    ['logistics', 'update delivery_day set booked = booked + 1'],
  ])('%s: a number that was tampered with is found', async (name, tamper) => {
    const domain = domainNamed(name)
    const store = await domain.open(5)
    await outcomes(domain.queue, [store.hold(newOrderId())])
    await domain.db.prepare(tamper).run()
    expect(await violations(domain)).not.toEqual([])
  })

  it.each(['reservation', 'redemption', 'hold', 'delivery'])(
    'a hold in %s whose operation is gone is found',
    async (table) => {
      const name = { reservation: 'inventory', redemption: 'coupons', hold: 'points' }[table]
      const domain = domainNamed(name ?? 'logistics')
      const store = await domain.open(5)
      const orderId = newOrderId()
      await outcomes(domain.queue, [store.hold(orderId)])
      await domain.db.prepare('delete from operation where order_id = ?1').bind(orderId).run()
      expect(await violations(domain)).toContainEqual(expect.objectContaining({ subject: orderId }))
    },
  )
})

/** All pages, of two each. */
async function walk(reads: DomainReads): Promise<OrderId[]> {
  const found: OrderId[] = []
  let page = await reads.orderIds(null, 2)
  while (page.next !== null) {
    found.push(...page.items.map(({ orderId }) => orderId))
    page = await reads.orderIds(page.next, 2)
  }
  return [...found, ...page.items.map(({ orderId }) => orderId)]
}
