/**
 * The domains that hold something, each as the same game: a store of so many units, of which
 * an order can hold one, make it final, or give it back.
 */
import { env } from 'cloudflare:workers'
import type { CustomerId, OrderId } from '../../durable-objects/core/ids.ts'
import { isCustomerId } from '../../durable-objects/core/ids.ts'
import type { Command, Json } from '../../durable-objects/core/messages.ts'
import coupons from '../../worker/domains/coupons/index.ts'
import inventory from '../../worker/domains/inventory/index.ts'
import { type Law, violationsOf } from '../../worker/domains/laws.ts'
import type { Leased } from '../../worker/domains/leases.ts'
import logistics from '../../worker/domains/logistics/index.ts'
import points from '../../worker/domains/points/index.ts'
import { type HoldingDomain, STORES } from '../support/each-domain.ts'
import { command, compensation, ofReturn } from '../support/commands.ts'
import { type QueueHandler } from './queue.ts'

/** A store of its own, for one test. */
export type Store = {
  hold(orderId: OrderId): Command
  release(orderId: OrderId): Command
  commit(orderId: OrderId): Command
  /** undefined where what is final stays so. */
  giveBack: ((orderId: OrderId) => Command) | undefined
  /** How many units an order could still hold. */
  freeUnits(): Promise<number>
}

export type HoldDomain = {
  name: HoldingDomain
  db: D1Database
  queue: QueueHandler
  /** What an order is told when no unit is left. */
  noneLeft: string
  /** Whether a return gives back what was made final. */
  givesBack: boolean
  /** What its `store.ts` exports. */
  store: Leased & { laws: readonly Law[] }
  open(units: number): Promise<Store>
}

export const violations = ({ name, db, store }: HoldDomain) => violationsOf(db, name, store.laws)

export async function assertLawful(domain: HoldDomain): Promise<void> {
  const broken = await violations(domain)
  if (broken.length > 0) throw new Error(JSON.stringify(broken))
}

const ORDERS = env.ORDER_RECORDERS

type StepNames = { hold: string; commit: string; giveBack?: string }

function storeOf(
  steps: StepNames,
  inputOf: (orderId: OrderId) => Json,
  freeUnits: () => Promise<number>,
): Store {
  const { giveBack } = steps
  return {
    hold: (orderId) => command(orderId, steps.hold, inputOf(orderId)),
    release: (orderId) => compensation(orderId, steps.hold, inputOf(orderId)),
    commit: (orderId) => command(orderId, steps.commit, inputOf(orderId)),
    giveBack: giveBack ? (orderId) => ofReturn(orderId, giveBack, inputOf(orderId)) : undefined,
    freeUnits,
  }
}

/** One number that a statement reads. */
async function numberFrom(db: D1Database, text: string, ...values: unknown[]): Promise<number> {
  const value = await db
    .prepare(text)
    .bind(...values)
    .first<number>('n')
  return value ?? Number.NaN
}

export function newCustomer(): CustomerId {
  const id = `cus_${crypto.randomUUID().replaceAll('-', '')}`
  if (!isCustomerId(id)) throw new RangeError(id)
  return id
}

const inventoryDomain: HoldDomain = {
  name: 'inventory',
  db: env.INVENTORY_DB,
  queue: (batch) => inventory.queue(batch, { DB: env.INVENTORY_DB, ORDERS }),
  noneLeft: 'out-of-stock',
  givesBack: true,
  store: STORES.inventory,
  open: async (units) => {
    const sku = crypto.randomUUID()
    await env.INVENTORY_DB.prepare('insert into stock (sku, received, on_hand) values (?1, ?2, ?2)')
      .bind(sku, units)
      .run()
    return storeOf(
      { hold: 'reserve-stock', commit: 'commit-stock', giveBack: 'restock' },
      () => ({ lines: [{ sku, quantity: 1 }] }),
      () =>
        numberFrom(
          env.INVENTORY_DB,
          'select on_hand - reserved as n from stock where sku = ?1',
          sku,
        ),
    )
  },
}

const DAY_MS = 86_400_000

/** Each order is another customer's, so that many can share a set. */
function customerOf(orderId: OrderId): CustomerId {
  const id = orderId.replace('ord_', 'cus_')
  if (!isCustomerId(id)) throw new RangeError(id)
  return id
}

const couponsDomain: HoldDomain = {
  name: 'coupons',
  db: env.COUPONS_DB,
  queue: (batch) => coupons.queue(batch, { DB: env.COUPONS_DB, ORDERS }),
  noneLeft: 'coupon-used-up',
  givesBack: true,
  store: STORES.coupons,
  open: async (units) => {
    const coupon = crypto.randomUUID()
    await env.COUPONS_DB.prepare(
      `insert into coupon (code, percent_off, currency, valid_from_ms, valid_until_ms, total_limit)
       values (?1, 10, 'USD', 0, ?2, ?3)`,
    )
      .bind(coupon, Date.now() + DAY_MS, units)
      .run()
    const money = { amount: 1_000, currency: 'USD' }
    return storeOf(
      { hold: 'redeem-coupon', commit: 'commit-coupon', giveBack: 'give-coupon-back' },
      (orderId) => ({
        customer: customerOf(orderId),
        coupon,
        subtotal: money,
        discount: { ...money, amount: 100 },
      }),
      () =>
        numberFrom(
          env.COUPONS_DB,
          'select total_limit - held - redeemed as n from coupon where code = ?1',
          coupon,
        ),
    )
  },
}

const POINTS_A_UNIT = 10

const pointsDomain: HoldDomain = {
  name: 'points',
  db: env.POINTS_DB,
  queue: (batch) => points.queue(batch, { DB: env.POINTS_DB, ORDERS }),
  noneLeft: 'not-enough-points',
  givesBack: true,
  store: STORES.points,
  open: async (units) => {
    const customer = newCustomer()
    await env.POINTS_DB.prepare(
      'insert into account (customer, granted, available) values (?1, ?2, ?2)',
    )
      .bind(customer, units * POINTS_A_UNIT)
      .run()
    return storeOf(
      { hold: 'freeze-points', commit: 'deduct-points', giveBack: 'give-points-back' },
      () => ({ customer, points: POINTS_A_UNIT }),
      () =>
        numberFrom(
          env.POINTS_DB,
          `select available / ${POINTS_A_UNIT} as n from account where customer = ?1`,
          customer,
        ),
    )
  },
}

let regionsOpened = 0

const letter = (index: number) => String.fromCharCode('A'.charCodeAt(0) + index)

/** `AA`, `AB`, …: a region that no other test of the file uses. */
function newRegion(): string {
  const region = letter(Math.floor(regionsOpened / 26)) + letter(regionsOpened % 26)
  regionsOpened += 1
  return region
}

const logisticsDomain: HoldDomain = {
  name: 'logistics',
  db: env.LOGISTICS_DB,
  queue: (batch) => logistics.queue(batch, { DB: env.LOGISTICS_DB, ORDERS }),
  noneLeft: 'no-capacity',
  givesBack: false,
  store: STORES.logistics,
  open: async (units) => {
    const region = newRegion()
    const day = new Date(Date.now() + DAY_MS).toISOString().slice(0, 10)
    await env.LOGISTICS_DB.prepare('insert into region (code, daily_capacity) values (?1, ?2)')
      .bind(region, units)
      .run()
    return storeOf(
      { hold: 'reserve-delivery', commit: 'book-delivery' },
      () => ({ region, day }),
      () =>
        numberFrom(
          env.LOGISTICS_DB,
          `select r.daily_capacity - coalesce(d.reserved + d.booked, 0) as n
         from region r left join delivery_day d on d.region = r.code and d.day = ?2
         where r.code = ?1`,
          region,
          day,
        ),
    )
  },
}

const BY_NAME: Record<HoldingDomain, HoldDomain> = {
  inventory: inventoryDomain,
  coupons: couponsDomain,
  points: pointsDomain,
  logistics: logisticsDomain,
}
export const holdDomains = Object.values(BY_NAME)

export function domainNamed(name: string): HoldDomain {
  const domain = holdDomains.find((one) => one.name === name)
  if (domain === undefined) throw new RangeError(name)
  return domain
}
