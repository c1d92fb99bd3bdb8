/** What a domain agrees to is said in SQL, and in TypeScript as well: both must say the same. */
import { env } from 'cloudflare:workers'
import { sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { Json } from '../../durable-objects/core/messages.ts'
import type { BarrierStep } from '../../worker/domains/barrier.ts'
import { refusalToRedeem } from '../../worker/domains/coupons/rules.ts'
import { steps as couponSteps } from '../../worker/domains/coupons/store.ts'
import { steps as inventorySteps } from '../../worker/domains/inventory/store.ts'
import { steps as logisticsSteps } from '../../worker/domains/logistics/store.ts'
import { steps as pointsSteps } from '../../worker/domains/points/store.ts'
import { bind, commands, compile } from '../../worker/domains/statement.ts'
import { newCustomer } from './domains.ts'
import { refusalToDeliver, refusalToFreeze, refusalToReserve } from './rules-model.ts'
import { newOrderId } from '../support/commands.ts'

const RUNS = 150
const TIMEOUT_MS = 60_000

/** The step's guard, ready to be asked about an input. */
function guardOf(db: D1Database, step: BarrierStep | undefined) {
  if (step === undefined) throw new Error('no such step')
  const text = compile(sql`select (${step.definition.action.rejection}) as code from ${commands}`)
  return (input: Json, nowMs = 0): Promise<string | null> => {
    const orderId = newOrderId()
    const command = {
      sagaId: sagaIdOf(orderId),
      orderId,
      step: '',
      nonce: '',
      traceparent: '',
      nowMs,
      holdMs: 0,
      input,
    }
    const [statement] = bind(db, [text], [command])
    return statement?.first<string>('code') ?? Promise.reject(new Error('no statement'))
  }
}

const check = <Case>(cases: fc.Arbitrary<Case>, holds: (drawn: Case) => Promise<void>) =>
  fc.assert(fc.asyncProperty(cases, holds), { numRuns: RUNS })

describe('the rule in TypeScript and the guard in SQL agree', () => {
  it('inventory: reserve-stock', { timeout: TIMEOUT_MS }, async () => {
    const guard = guardOf(env.INVENTORY_DB, inventorySteps['reserve-stock'])
    const skus = ['a', 'b', 'c', 'd']
    const units = fc.record({ onHand: fc.nat({ max: 4 }), reserved: fc.nat({ max: 4 }) })
    const stock = fc
      .dictionary(fc.constantFrom(...skus), units, { noNullPrototype: true })
      .map((drawn) =>
        Object.entries(drawn).filter(([, { onHand, reserved }]) => reserved <= onHand),
      )
    const line = fc.record({
      sku: fc.constantFrom(...skus),
      quantity: fc.integer({ min: 1, max: 3 }),
    })
    const lines = fc.array(line, { minLength: 1, maxLength: 5 })
    await check(fc.record({ stock, lines }), async (drawn) => {
      const insert = env.INVENTORY_DB.prepare(
        'insert into stock (sku, received, on_hand, reserved) values (?1, ?2, ?2, ?3)',
      )
      await env.INVENTORY_DB.batch([
        env.INVENTORY_DB.prepare('delete from stock'),
        ...drawn.stock.map(([sku, { onHand, reserved }]) => insert.bind(sku, onHand, reserved)),
      ])
      expect(await guard({ lines: drawn.lines })).toBe(
        refusalToReserve(drawn.lines, new Map(drawn.stock)),
      )
    })
  })

  it('points: freeze-points', { timeout: TIMEOUT_MS }, async () => {
    const guard = guardOf(env.POINTS_DB, pointsSteps['freeze-points'])
    const available = fc.option(fc.nat({ max: 5 }), { nil: undefined })
    const points = fc.integer({ min: 1, max: 6 })
    await check(fc.record({ available, points }), async (drawn) => {
      const customer = newCustomer()
      if (drawn.available !== undefined) {
        await env.POINTS_DB.prepare(
          'insert into account (customer, granted, available) values (?1, ?2, ?2)',
        )
          .bind(customer, drawn.available)
          .run()
      }
      const account = drawn.available === undefined ? undefined : { available: drawn.available }
      expect(await guard({ customer, points: drawn.points })).toBe(
        refusalToFreeze(account, drawn.points),
      )
    })
  })

  it('logistics: reserve-delivery', { timeout: TIMEOUT_MS }, async () => {
    const guard = guardOf(env.LOGISTICS_DB, logisticsSteps['reserve-delivery'])
    const small = fc.nat({ max: 2 })
    const taken = fc.record({ reserved: small, booked: small, spare: small })
    const cases = fc.record({
      dailyCapacity: fc.option(small, { nil: undefined }),
      taken: fc.option(taken, { nil: undefined }),
      day: fc.constantFrom('2026-11-22', '2026-11-23', '2026-11-24'),
      nowMs: fc.constantFrom(Date.UTC(2026, 10, 23), Date.UTC(2026, 10, 24) - 1),
    })
    await check(cases, async ({ dailyCapacity, taken: counts, day, nowMs }) => {
      const db = env.LOGISTICS_DB
      const region = dailyCapacity === undefined ? undefined : { dailyCapacity }
      const reserved = counts && {
        ...counts,
        capacity: counts.reserved + counts.booked + counts.spare,
      }
      await db.batch([
        db.prepare('delete from region'),
        db.prepare('delete from delivery_day'),
        ...(region
          ? [db.prepare("insert into region values ('DE', ?1)").bind(region.dailyCapacity)]
          : []),
        ...(reserved
          ? [
              db
                .prepare("insert into delivery_day values ('DE', ?1, ?2, ?3, ?4)")
                .bind(day, reserved.capacity, reserved.reserved, reserved.booked),
            ]
          : []),
      ])
      expect(await guard({ region: 'DE', day }, nowMs)).toBe(
        refusalToDeliver(region, reserved, day, nowMs),
      )
    })
  })

  it('coupons: redeem-coupon', { timeout: TIMEOUT_MS }, async () => {
    const guard = guardOf(env.COUPONS_DB, couponSteps['redeem-coupon'])
    const small = fc.nat({ max: 3 })
    const limit = fc.option(small, { nil: null })
    const cases = fc.record({
      percentOff: fc.constantFrom(0, 10),
      minimumSubtotal: small,
      validFromMs: small,
      validUntilMs: small,
      spare: limit,
      perCustomerLimit: limit,
      uses: small,
      redeemed: small,
      subtotal: fc.record({ amount: small, currency: fc.constantFrom('USD', 'EUR') }),
      nowMs: small,
    })
    const customer = newCustomer()
    await check(cases, async ({ uses, spare, subtotal, nowMs, ...terms }) => {
      const db = env.COUPONS_DB
      const coupon = {
        ...terms,
        amountOff: terms.percentOff > 0 ? 0 : 5,
        currency: 'USD',
        held: uses,
        totalLimit: spare === null ? null : uses + terms.redeemed + spare,
      }
      const use = db.prepare("insert into redemption values (?1, 'X', ?2, 'held')")
      await db.batch([
        db.prepare('delete from coupon'),
        db.prepare('delete from redemption'),
        db
          .prepare("insert into coupon values ('X', ?1, ?2, 'USD', ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
          .bind(
            coupon.percentOff,
            coupon.amountOff,
            coupon.minimumSubtotal,
            coupon.validFromMs,
            coupon.validUntilMs,
            coupon.totalLimit,
            coupon.perCustomerLimit,
            coupon.held,
            coupon.redeemed,
          ),
        ...Array.from({ length: uses }, () => use.bind(newOrderId(), customer)),
      ])
      const input = { customer, coupon: 'X', subtotal, discount: subtotal }
      expect(await guard(input, nowMs)).toBe(refusalToRedeem(coupon, uses, subtotal, nowMs))
      expect(await guard({ ...input, coupon: 'Y' }, nowMs)).toBe('coupon-unknown')
    })
  })
})
