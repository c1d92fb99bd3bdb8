/** What customers may ask of an order's object. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { CUSTOMER, HOLDS, Order, SHIP_TO } from './order-under-test.ts'

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
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
})
