/**
 * The kinds of order that the demo places, and how each must end.
 *
 * Some come as a group that races for something scarce: then what must hold is a property of
 * the group, such as "three of the six get one".
 */
import type { OrderRequest } from '../../worker/api/contract.ts'
import { type Customer, deliveryDays } from '../client/customer.ts'
import { type FaultPlan, SLOW_DELIVERY, STORM } from '../client/faults.ts'
import { type Outcome, countOf, outcomeName } from './outcome.ts'

export type Shopper = { customer: Customer; order: OrderRequest; key?: string; cancel?: boolean }

export type Scenario = {
  name: string
  about: string
  /** How many orders it places; `undefined` where more can be placed to fill up. */
  size?: number
  /** What goes wrong meanwhile. */
  faults?: FaultPlan
  shoppers: (world: World, count: number) => Promise<Shopper[]>
  /** What is wrong with how they ended, or null. */
  judge: (outcomes: Outcome[]) => string | null
}

export type World = {
  url: string
  random: () => number
  newCustomer: () => Promise<Customer>
  /** A product that nobody races for, with enough in stock. */
  anySku: () => string
}

const HOME: OrderRequest['shipTo'] = {
  name: 'Ada Lovelace',
  line1: '12 St James Square',
  city: 'London',
  postalCode: 'SW1Y 4LB',
  country: 'GB',
}

function order(sku: string, changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    lines: [{ sku, quantity: 1 }],
    shipTo: HOME,
    payment: { token: 'tok_visa' },
    ...changes,
  }
}

const each = (world: World, count: number, make: () => OrderRequest): Promise<Shopper[]> =>
  Promise.all(
    Array.from({ length: count }, async () => ({
      customer: await world.newCustomer(),
      order: make(),
    })),
  )

const allMustBe =
  (...allowed: string[]) =>
  (outcomes: Outcome[]): string | null => {
    const others = outcomes.map(outcomeName).filter((name) => !allowed.includes(name))
    return others.length === 0 ? null : `${others.join(', ')} instead of ${allowed.join(' or ')}`
  }

/** `winners` of them are confirmed, the others hear one of `reasons`. */
const onlySomeWin =
  (winners: number, ...reasons: string[]) =>
  (outcomes: Outcome[]): string | null => {
    const won = countOf(outcomes, 'confirmed')
    if (won !== winners) return `${won} were confirmed instead of ${winners}`
    return allMustBe('confirmed', ...reasons)(outcomes)
  }

const card = (
  name: string,
  token: OrderRequest['payment']['token'],
  about: string,
  end: string,
) => ({
  name,
  about,
  size: 2,
  shoppers: (world: World, count: number) =>
    each(world, count, () => order(world.anySku(), { payment: { token } })),
  judge: allMustBe(end),
})

export const SCENARIOS: Scenario[] = [
  {
    name: 'good',
    about: 'one or two things, a card that works',
    shoppers: (world, count) => each(world, count, () => order(world.anySku())),
    judge: allMustBe('confirmed'),
  },
  {
    name: 'coupon and points',
    about: 'WELCOME10 and 200 points: all five domains',
    size: 3,
    shoppers: (world, count) =>
      each(world, count, () => order(world.anySku(), { coupon: 'WELCOME10', points: 200 })),
    judge: allMustBe('confirmed'),
  },
  card('declined card', 'tok_declined', 'everything held is given back', 'failed: card-declined'),
  card('slow card', 'tok_slow', 'answers after 5 s, past the deadline', 'confirmed'),
  card('lost answer', 'tok_lost', 'charged, but the answer is lost once', 'confirmed'),
  {
    name: 'cancelled',
    about: 'called off while its delivery is being reserved',
    size: 3,
    faults: SLOW_DELIVERY,
    shoppers: async (world, count) =>
      (await each(world, count, () => order(world.anySku()))).map((shopper) => ({
        ...shopper,
        cancel: true,
      })),
    judge: allMustBe('cancelled'),
  },
  {
    name: 'last of the stock',
    about: 'six buyers, three blue vases',
    size: 6,
    shoppers: (world, count) => each(world, count, () => order('VASE-BLUE')),
    judge: onlySomeWin(3, 'failed: out-of-stock', 'refused: out-of-stock'),
  },
  {
    name: 'last coupon',
    about: 'three customers, one LASTONE',
    size: 3,
    shoppers: (world, count) =>
      each(world, count, () => order(world.anySku(), { coupon: 'LASTONE' })),
    judge: onlySomeWin(1, 'failed: coupon-used-up', 'refused: coupon-used-up'),
  },
  {
    name: 'points spent twice',
    about: 'one customer, 500 points, two orders with 400',
    size: 2,
    shoppers: async (world, count) => {
      const customer = await world.newCustomer()
      await customer.me()
      const shopper = { customer, order: order('LAMP-DESK', { points: 400 }) }
      return Array.from({ length: count }, () => shopper)
    },
    judge: onlySomeWin(1, 'failed: not-enough-points', 'refused: not-enough-points'),
  },
  {
    name: 'full delivery day',
    about: 'four parcels to Iceland, which takes two a day',
    size: 4,
    shoppers: async (world, count) => {
      const days = await deliveryDays(world.url, 'IS')
      const day = days.findLast(({ available }) => available === 2)?.day ?? ''
      const shipTo = { ...HOME, city: 'Reykjavík', postalCode: '101', country: 'IS' }
      return each(world, count, () => order(world.anySku(), { shipTo, delivery: { day } }))
    },
    judge: onlySomeWin(2, 'failed: no-capacity', 'refused: delivery-day-unavailable'),
  },
  {
    name: 'same key, thrice',
    about: 'one order sent three times at once',
    size: 3,
    shoppers: async (world, count) => {
      const customer = await world.newCustomer()
      const shopper = { customer, order: order(world.anySku()), key: crypto.randomUUID() }
      return Array.from({ length: count }, () => shopper)
    },
    judge: (outcomes) => {
      const ids = new Set(outcomes.map((it) => (it.kind === 'refused' ? it.code : it.order.id)))
      return ids.size === 1 ? allMustBe('confirmed')(outcomes) : `${ids.size} orders instead of one`
    },
  },
  {
    name: 'with faults',
    about: 'slow, lost, doubled and failing commands in every domain',
    size: 8,
    faults: STORM,
    shoppers: (world, count) =>
      each(world, count, () => order(world.anySku(), { coupon: 'WELCOME10', points: 100 })),
    judge: (outcomes) => {
      const open = outcomes.filter((it) => it.kind === 'unsettled')
      return open.length === 0 ? null : `${open.length} not settled`
    },
  },
]
