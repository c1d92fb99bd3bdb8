/** What customers may ask of an order's object. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { isCustomerId } from '../../durable-objects/core/ids.ts'
import type { FindDefinition } from '../../durable-objects/order-process.ts'
import type { Placement } from '../../durable-objects/order-rpc.ts'
import { definitionOf } from '../../durable-objects/sagas/registry.ts'
import { parsed } from './golden-run.ts'
import { CUSTOMER, HOLDS, Order, PLACEMENT, SHIP_TO, completed } from './order-under-test.ts'

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
})

const OTHER_CUSTOMER = parsed(`cus_${'f'.repeat(32)}`, isCustomerId)

describe('placing an order once more', () => {
  const OTHERS: [what: string, placement: Placement][] = [
    ['another body', { ...PLACEMENT, bodyHash: 'another' }],
    ['another customer', { ...PLACEMENT, customer: OTHER_CUSTOMER }],
  ]

  it('gives the order that there is, and begins nothing', () => {
    const order = Order.placed()
    expect(order.requests.place(PLACEMENT)).toMatchObject({ kind: 'existing' })
    expect(order.around.rows).toHaveLength(1)
  })

  it.each(OTHERS)('with %s shows nothing of it', (_what, placement) => {
    const order = Order.placed()
    expect(order.requests.place(placement)).toEqual({ kind: 'other-body' })
    expect(order.around.rows).toHaveLength(1)
  })
})

describe('calling an order off', () => {
  it('is accepted once it is recorded', () => {
    const order = Order.placed()
    expect(order.requests.cancel(CUSTOMER)).toMatchObject({
      kind: 'accepted',
      order: { status: 'cancelled' },
    })
  })

  it('is not accepted by code that cannot read the order, which another version may confirm', () => {
    const { around } = Order.placed()
    const older = new Order(around, () => undefined)
    expect(older.requests.cancel(CUSTOMER)).toEqual({ kind: 'version-unknown' })
    expect(around.rows).toHaveLength(1)
    const newer = new Order(around)
    expect(newer.requests.cancel(CUSTOMER).kind).toBe('accepted')
  })

  it('is too late once the card was asked', () => {
    const order = Order.placed().done(...HOLDS)
    expect(order.requests.cancel(CUSTOMER)).toMatchObject({ code: 'too-late-to-cancel' })
  })
})

const versionOf = ({ process }: Order) => ({ epoch: 1, version: process.order?.version ?? 0 })

describe('another address', () => {
  it('is a transition; the same once more is none', () => {
    const order = Order.placed()
    const moved = { ...SHIP_TO, line1: '2 Way' }
    const change = (to: typeof SHIP_TO) =>
      order.requests.changeAddress(CUSTOMER, to, versionOf(order))
    expect(change(moved)).toMatchObject({ kind: 'accepted', order: { version: 2, shipTo: moved } })
    const { line1, ...others } = moved
    expect(change({ ...others, line1 })).toMatchObject({ kind: 'accepted', order: { version: 2 } })
    expect(order.around.rows).toHaveLength(2)
  })

  it('is not taken from who has not seen the newest one', () => {
    const order = Order.placed()
    const atFirst = versionOf(order)
    const change = (line1: string) =>
      order.requests.changeAddress(CUSTOMER, { ...SHIP_TO, line1 }, atFirst).kind
    expect(change('2 Way')).toBe('accepted')
    expect(change('3 Way')).toBe('stale')
    expect(order.around.shipTo?.line1).toBe('2 Way')
  })
})

/** With an event that this code does not know. */
function asOlderCode(order: Order): Order {
  order.around.addNewerEvent()
  return new Order(order.around)
}

const withoutReturns: FindDefinition = (ref) =>
  ref.name === 'order-return' ? undefined : definitionOf(ref)

describe('an order that older code cannot read', () => {
  it('keeps its address: what it shows may be the past', () => {
    const order = asOlderCode(Order.placed())
    const to = { ...SHIP_TO, line1: '2 Way' }
    expect(order.requests.changeAddress(CUSTOMER, to, versionOf(order)).kind).toBe(
      'version-unknown',
    )
    expect(order.around.shipTo).toEqual(SHIP_TO)
  })

  it('is not returned', () => {
    const order = asOlderCode(completed())
    expect(order.requests.requestReturn(CUSTOMER).kind).toBe('version-unknown')
  })

  it('is not returned by code that has no returns', () => {
    const { around } = completed()
    expect(new Order(around, withoutReturns).requests.requestReturn(CUSTOMER).kind).toBe(
      'version-unknown',
    )
    expect(new Order(around).requests.requestReturn(CUSTOMER).kind).toBe('accepted')
  })
})
