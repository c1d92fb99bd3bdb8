/** Many commands by one run of a group's statements: what a set is, and what its orders get. */
import { env } from 'cloudflare:workers'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import type { Group } from '../../worker/domains/barrier.ts'
import coupons from '../../worker/domains/coupons/index.ts'
import inventory from '../../worker/domains/inventory/index.ts'
import { setsOf } from '../../worker/domains/sets.ts'
import { domainNamed, holdDomains, newCustomer, violations } from './domains.ts'
import { command, newOrderId } from '../support/commands.ts'
import { type QueueHandler, outcomes } from './queue.ts'

const ORDERS = env.ORDER_RECORDERS

/** The queue of a domain whose database notes how many statements each batch had. */
function noting(
  queue: (batch: MessageBatch, env: { DB: D1Database; ORDERS: typeof ORDERS }) => Promise<void>,
  db: D1Database,
): { queue: QueueHandler; statements: number[] } {
  const statements: number[] = []
  const DB = new Proxy(db, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (typeof value !== 'function') return value
      return (...args: unknown[]) => {
        if (name === 'batch' && Array.isArray(args[0])) statements.push(args[0].length)
        return value.apply(target, args)
      }
    },
  })
  return { queue: (batch) => queue(batch, { DB, ORDERS }), statements }
}

const distinct = (values: unknown[]): boolean => new Set(values).size === values.length

describe('a set', () => {
  const groups: [Group, ...Group[]] = [
    { statements: [], outcomeIndex: 0 },
    { statements: [], outcomeIndex: 0 },
    { statements: [], outcomeIndex: 0, apart: 'customer' },
  ]
  const item = fc
    .record({
      order: fc.constantFrom(newOrderId(), newOrderId(), newOrderId()),
      group: fc.constantFrom(...groups),
      customer: fc.constantFrom('ann', 'ben'),
    })
    .map(({ order, group, customer }) => ({ group, command: command(order, 'any', { customer }) }))

  it('is of one group, and of no order twice; all of them are the batch, in its order (T1)', () => {
    fc.assert(
      fc.property(fc.array(item, { maxLength: 8 }), (items) => {
        const sets = setsOf(items)
        expect(sets.flatMap((set) => set.items)).toEqual(items)
        for (const set of sets) {
          expect(set.items.every(({ group }) => group === set.group)).toBe(true)
          expect(distinct(set.items.map(({ command: { orderId } }) => orderId))).toBe(true)
          if (set.group.apart === undefined) continue
          const inputs = set.items.map(({ command: { input } }) => JSON.stringify(input))
          expect(distinct(inputs)).toBe(true)
        }
      }),
    )
  })
})

describe.each(holdDomains)('$name', (domain) => {
  const hold = async (units: number, orders: OrderId[]) => {
    const store = await domain.open(units)
    const told = await outcomes(
      domain.queue,
      orders.map((order) => store.hold(order)),
    )
    return { store, told }
  }

  it('who comes first gets it, when together they ask for more than there is (A4)', async () => {
    const { store, told } = await hold(2, [newOrderId(), newOrderId(), newOrderId()])
    expect(told).toEqual(['done', 'done', `rejected: ${domain.noneLeft}`])
    expect(await store.freeUnits()).toBe(0)
    expect(await violations(domain)).toEqual([])
  })

  it('a set is held, made final and given back as one', async () => {
    const orders = Array.from({ length: 20 }, newOrderId)
    const { store, told } = await hold(20, orders)
    expect(told).toEqual(orders.map(() => 'done'))
    expect(await store.freeUnits()).toBe(0)
    const [kept, given] = [orders.slice(0, 12), orders.slice(12)]
    const ends = [
      ...kept.map((order) => store.commit(order)),
      ...given.map((order) => store.release(order)),
    ]
    expect(await outcomes(domain.queue, ends)).toEqual(ends.map(() => 'done'))
    expect(await store.freeUnits()).toBe(given.length)
    expect(await violations(domain)).toEqual([])
  })
})

it('a hundred commands take as many statements as one', async () => {
  const domain = domainNamed('inventory')
  const store = await domain.open(200)
  const { queue, statements } = noting(inventory.queue, env.INVENTORY_DB)
  await outcomes(queue, [store.hold(newOrderId())])
  await outcomes(
    queue,
    Array.from({ length: 100 }, () => store.hold(newOrderId())),
  )
  expect(statements).toEqual([4, 4])
})

it('of two orders of one customer in a batch, one gets a coupon that each may use once (K1)', async () => {
  const coupon = crypto.randomUUID()
  await env.COUPONS_DB.prepare(
    `insert into coupon (code, percent_off, currency, valid_from_ms, valid_until_ms,
       per_customer_limit)
     values (?1, 10, 'USD', 0, ?2, 1)`,
  )
    .bind(coupon, Date.now() + 86_400_000)
    .run()
  const money = { amount: 1_000, currency: 'USD' }
  const [ann, ben] = [newCustomer(), newCustomer()]
  const redeem = (customer: string) =>
    command(newOrderId(), 'redeem-coupon', { customer, coupon, subtotal: money, discount: money })
  const { queue, statements } = noting(coupons.queue, env.COUPONS_DB)
  expect(await outcomes(queue, [redeem(ann), redeem(ben), redeem(ann)])).toEqual([
    'done',
    'done',
    'rejected: coupon-already-used',
  ])
  expect(statements).toEqual([8])
})
