/** What the shoppers of a run want: orders that compete for little stock, few coupons, few vans. */
import {
  type CustomerId,
  type OrderId,
  isCustomerId,
  isOrderId,
} from '../../durable-objects/core/ids.ts'
import type { PlacedOrder } from '../../durable-objects/order-rpc.ts'
import type { Chance } from './chance.ts'
import type { Database } from './database.ts'
import { DRAW } from './draws.ts'
import { type DatabaseName, scopeOfOrder } from './parts.ts'

/** How many orders a run has: one shows most, more compete for what there is. */
const ORDERS = [1, 1, 1, 2, 2, 3] as const
const PLACED_WITHIN_MS = 4_000
const UNIT_PRICE = 1_000
const SHIPPING = 490
const POINTS = 100
const DAY = '2026-12-01'
const SCOPE = 0
const ENDPOINT_SHARE = 0.25

export type Story = {
  index: number
  orderId: OrderId
  agreed: PlacedOrder
  placedAfterMs: number
  /** Of the saga. */
  version: 1 | 2
  /** After it was placed; null: never. */
  cancelledAfterMs: number | null
  returnedAfterMs: number | null
  /** Twice, the second time when the first is answered. */
  addressChangedAfterMs: number | null
  /** Closes the page once the order is accepted, and comes back ten minutes later. */
  leaves: boolean
}

/** What the databases hold before the first order. */
export type Supplies = {
  units: number
  couponUses: number
  points: number
  parcels: number
  /** An endpoint of webhooks is registered, which hears of every order. */
  hasEndpoint: boolean
}

export type Plot = { stories: Story[]; supplies: Supplies }

export function plotOf(chance: Chance): Plot {
  const draw = (min: number, max: number) => chance.between(min, max, DRAW.orders, SCOPE)
  const supplies = {
    units: draw(1, 8),
    couponUses: draw(1, 2),
    points: POINTS * draw(0, 2),
    parcels: draw(1, 4),
    hasEndpoint: chance.draw(DRAW.webhooks, SCOPE) < ENDPOINT_SHARE,
  }
  const count = chance.pick(ORDERS, DRAW.orders, SCOPE)
  const stories = Array.from({ length: count }, (_, index) =>
    storyOf(index, wishesOf(chance, scopeOfOrder(index))),
  )
  return { stories, supplies }
}

/** What one shopper wants, and does. */
export type Wishes = {
  customer: 0 | 1
  /** Of the two things that are sold. */
  quantities: [number, number]
  coupon: boolean
  points: number
  isFree: boolean
  token: 'tok_visa' | 'tok_declined'
  placedAfterMs: number
  cancelledAfterMs: number | null
  returnedAfterMs: number | null
  addressChangedAfterMs: number | null
  version: 1 | 2
  leaves: boolean
}

function wishesOf(chance: Chance, scope: number): Wishes {
  const draw = (min: number, max: number) => chance.between(min, max, DRAW.order, scope)
  const sometimes = (share: number) => chance.draw(DRAW.order, scope) < share
  const after = (min: number, max: number) => chance.logBetween(min, max, DRAW.order, scope)
  return {
    customer: sometimes(0.5) ? 0 : 1,
    quantities: [draw(1, 3), sometimes(0.4) ? draw(1, 2) : 0],
    coupon: sometimes(0.35),
    points: sometimes(0.35) ? POINTS : 0,
    isFree: sometimes(0.08),
    token: sometimes(0.15) ? 'tok_declined' : 'tok_visa',
    placedAfterMs: draw(0, PLACED_WITHIN_MS),
    cancelledAfterMs: sometimes(0.12) ? after(1, 4_000) : null,
    returnedAfterMs: sometimes(0.2) ? after(500, 60_000) : null,
    version: sometimes(0.3) ? 2 : 1,
    leaves: sometimes(0.25),
    addressChangedAfterMs: sometimes(0.15) ? after(1, 2_000) : null,
  }
}

export function storyOf(index: number, wishes: Wishes): Story {
  const { quantities, coupon, points, isFree, token, customer } = wishes
  const lines = ['A', 'B'].flatMap((sku, which) => {
    const quantity = quantities[which] ?? 0
    return quantity > 0 ? [line(sku, quantity)] : []
  })
  const subtotal = lines.reduce((sum, { total }) => sum + total.amount, 0)
  const discount = coupon ? subtotal / 10 : 0
  const total = isFree ? 0 : subtotal - discount - points + SHIPPING
  return {
    index,
    orderId: orderIdOf(index),
    agreed: {
      customer: customerOf(customer),
      lines,
      subtotal: usd(subtotal),
      discount: usd(discount),
      pointsDiscount: usd(points),
      shipping: usd(SHIPPING),
      total: usd(total),
      ...(coupon ? { coupon: 'TENTH' } : {}),
      ...(points > 0 ? { points } : {}),
      delivery: { day: DAY, region: 'US' },
      payment: { token },
    },
    placedAfterMs: wishes.placedAfterMs,
    version: wishes.version,
    cancelledAfterMs: wishes.cancelledAfterMs,
    returnedAfterMs: wishes.returnedAfterMs,
    addressChangedAfterMs: wishes.addressChangedAfterMs,
    leaves: wishes.leaves,
  }
}

export function supply(
  databases: Record<DatabaseName, Database>,
  { units, couponUses, points, parcels }: Supplies,
): void {
  databases.inventory.all(
    `insert into stock (sku, received, on_hand) values ('A', ?1, ?1), ('B', ?1, ?1)`,
    [units],
  )
  databases.coupons.all(
    `insert into coupon (code, percent_off, amount_off, currency, minimum_subtotal,
       valid_from_ms, valid_until_ms, total_limit, per_customer_limit)
     values ('TENTH', 10, 0, 'USD', 0, 0, 4102444800000, ?1, 1)`,
    [couponUses],
  )
  databases.points.all(
    'insert into account (customer, granted, available) values (?1, ?3, ?3), (?2, ?3, ?3)',
    [customerOf(0), customerOf(1), points],
  )
  databases.logistics.all('insert into region (code, daily_capacity) values (?1, ?2)', [
    'US',
    parcels,
  ])
}

const usd = (amount: number) => ({ amount, currency: 'USD' })

const line = (sku: string, quantity: number) => ({
  sku,
  title: sku,
  quantity,
  unitPrice: usd(UNIT_PRICE),
  total: usd(UNIT_PRICE * quantity),
})

export function orderIdOf(index: number): OrderId {
  const id = `ord_${String(index).padStart(32, '0')}`
  if (!isOrderId(id)) throw new RangeError(id)
  return id
}

/** Of the order with this id. */
export const indexOf = (orderId: string): number => Number(orderId.replace('ord_', ''))

function customerOf(index: number): CustomerId {
  const id = `cus_${String(index).padStart(32, '0')}`
  if (!isCustomerId(id)) throw new RangeError(id)
  return id
}
