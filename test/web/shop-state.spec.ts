import { describe, expect, it } from 'vitest'
import { containedNow, readsAreStale } from '../../web/src/stores/shop-state/freshness.ts'
import type { OrderChange, ShopEvent, ShopState } from '../../web/src/stores/shop-state/model.ts'
import { shownOrder, viewOf } from '../../web/src/stores/shop-state/view.ts'
import { FakeShop } from './support/fake-shop.ts'
import { PLACED_AT, orderId, serverOrder } from './support/orders.ts'
import {
  accepted,
  basketChanged,
  catalogRead,
  emptyShop,
  meRead,
  orderSeen,
  play,
  refused,
  reloaded,
  submitted,
  unanswered,
} from './support/shop-events.ts'

const id = orderId(1)
const wish = { id, lines: [{ sku: 'MUG', quantity: 2 }], points: 300 }

function openShop(): ShopState {
  const shop = new FakeShop()
  return play(
    emptyShop(),
    meRead(shop.me(), 1),
    catalogRead(shop.catalog(), 2),
    basketChanged('MUG', 2),
  )
}
const mugs = (state: ShopState) =>
  viewOf(state).catalog?.products.find((one) => one.sku === 'MUG')?.available
const points = (state: ShopState) => viewOf(state).me?.points

const at = (version: number, epoch: number) => orderSeen(serverOrder(wish, { version, epoch }))
const change = (payload: OrderChange): ShopEvent => ({
  type: 'submitted',
  operation: { id: 'change', payload, at: PLACED_AT, stage: 'waiting' },
})
const versionOf = (state: ShopState) => shownOrder(state, id)?.order.version

describe('what a submit does at once', () => {
  it('takes stock, points and basket off before any answer', () => {
    const state = play(openShop(), submitted(wish))
    expect(mugs(state)).toBe(18)
    expect(points(state)).toEqual({ available: 700, frozen: 300 })
    expect(viewOf(state).basket).toEqual([])
  })

  it('shows the order as pending, from this page only', () => {
    const shown = shownOrder(play(openShop(), submitted(wish)), id)
    expect(shown).toMatchObject({ source: 'page', stage: 'waiting', order: { status: 'pending' } })
  })

  it('takes the coupon out of those that can be used', () => {
    const offer = {
      code: 'WELCOME10',
      percentOff: 10,
      amountOff: { amount: 0, currency: 'USD' },
      minimumSubtotal: { amount: 0, currency: 'USD' },
      expiresAt: '2026-12-31T00:00:00Z',
    }
    const me = { ...new FakeShop().me(), coupons: [offer] }
    const state = play(emptyShop(), meRead(me, 1), submitted({ ...wish, coupon: 'WELCOME10' }))
    expect(viewOf(state).me?.coupons).toEqual([])
  })

  it('leaves what is added to the basket meanwhile in the basket', () => {
    const state = play(openShop(), submitted(wish), basketChanged('MUG', 1))
    expect(viewOf(state).basket).toEqual([{ sku: 'MUG', quantity: 1 }])
  })
})

describe('a refusal (O2)', () => {
  it('gives everything back and keeps the reason', () => {
    const before = openShop()
    const state = play(before, submitted(wish), refused(id))
    expect(viewOf(state)).toEqual(viewOf(before))
    expect(shownOrder(state, id)).toMatchObject({
      source: 'ended',
      ended: { why: 'refused', refusal: { code: 'out-of-stock' } },
    })
  })

  it('keeps what the server said in between: nothing old is copied back', () => {
    const shop = new FakeShop()
    shop.points = 5_000
    const state = play(openShop(), submitted(wish), refused(id), meRead(shop.me(), 3))
    expect(points(state)?.available).toBe(5_000)
  })

  it('that comes late cannot undo an order which the server has shown', () => {
    const order = serverOrder(wish)
    const state = play(openShop(), submitted(wish), orderSeen(order), refused(id))
    expect(shownOrder(state, id)).toMatchObject({ source: 'server', order })
  })
})

describe('no answer in time (O6)', () => {
  it('gives everything back, of what waited behind it, too, and says so', () => {
    const before = openShop()
    const other = { ...wish, id: orderId(2), points: 100 }
    const state = play(before, submitted(wish), submitted(other), unanswered)
    expect(viewOf(state)).toEqual(viewOf(before))
    for (const one of [id, other.id]) {
      expect(shownOrder(state, one)).toMatchObject({
        source: 'ended',
        ended: { why: 'unanswered' },
      })
    }
  })

  it('leaves alone what had been accepted', () => {
    const state = play(openShop(), submitted(wish), accepted(id), unanswered)
    expect(points(state)).toEqual({ available: 700, frozen: 300 })
  })

  it('is taken back when the order shows up after all', () => {
    const order = serverOrder(wish)
    const state = play(openShop(), submitted(wish), unanswered, orderSeen(order))
    expect(shownOrder(state, id)).toMatchObject({ source: 'server', order })
    expect(points(state)).toEqual({ available: 700, frozen: 300 })
    expect(viewOf(state).basket).toEqual([])
  })

  it('is forgotten when the shopper sends it again', () => {
    const state = play(openShop(), submitted(wish), unanswered, { type: 'retried', id })
    expect(shownOrder(state, id)).toMatchObject({ source: 'page', stage: 'unconfirmed' })
    expect(points(state)).toEqual({ available: 700, frozen: 300 })
  })
})

describe('snapshots (O3)', () => {
  it('an older or repeated one changes nothing', () => {
    const state = play(openShop(), at(5, 1))
    expect(play(state, at(5, 1))).toBe(state)
    expect(play(state, at(4, 1))).toBe(state)
  })

  it('a lower version of a newer epoch counts', () => {
    expect(versionOf(play(openShop(), at(5, 1), at(2, 2)))).toBe(2)
  })
})

it('an order that nobody here can ask for any more takes nothing off, also where another tab found that out', () => {
  const before = openShop()
  const placed = play(before, submitted(wish), accepted(id))
  const gone: ShopEvent = { type: 'forgotten', id }
  const there = play(placed, gone)
  const here = play(placed, { type: 'adopted', durable: there.durable }, gone)
  const { me, catalog } = viewOf(before)
  for (const state of [there, here]) expect(viewOf(state)).toMatchObject({ me, catalog })
})

describe('reads beside a pending order (O4)', () => {
  const shop = new FakeShop()
  const me = (began: number, contains: readonly string[] = []) => meRead(shop.me(), began, contains)

  it('one that may or may not contain its holds is not taken', () => {
    const state = play(openShop(), submitted(wish))
    expect(play(state, me(9))).toBe(state)
  })

  it('one that was begun before another that was taken is not taken', () => {
    const state = play(openShop(), me(9))
    expect(play(state, me(8))).toBe(state)
  })

  it('the points are not taken off twice once a read contains them', () => {
    const held = serverOrder(wish, { version: 2, holds: 'succeeded' })
    const state = play(openShop(), submitted(wish), orderSeen(held))
    expect(containedNow(state)).toEqual([id])
    shop.points = 700
    shop.frozen = 300
    expect(points(play(state, me(9, containedNow(state))))).toEqual({ available: 700, frozen: 300 })
  })

  it('are asked for again when the holds become known, and when they are released', () => {
    const taken = play(openShop(), submitted(wish), orderSeen(serverOrder(wish)))
    const held = orderSeen(serverOrder(wish, { version: 2, holds: 'succeeded' }))
    const failed = orderSeen(
      serverOrder(wish, { version: 3, holds: 'compensating', status: 'failed' }),
    )
    expect(readsAreStale(openShop(), taken)).toBe(false)
    expect(readsAreStale(taken, play(taken, held))).toBe(true)
    expect(readsAreStale(play(taken, held), play(taken, held, failed))).toBe(true)
  })

  it('are asked for again when an order is taken back for want of an answer', () => {
    const sent = play(openShop(), submitted(wish))
    expect(readsAreStale(sent, play(sent, unanswered))).toBe(true)
  })
})

describe('a change of an order', () => {
  const order = serverOrder(wish, { version: 3 })
  const moved = { name: 'Ada', line1: '2 Way', city: 'Leeds', postalCode: 'L1', country: 'GB' }
  const toLeeds = change({ kind: 'address', orderId: id, after: order, shipTo: moved })

  it('is shown at once, as on its way', () => {
    const shown = shownOrder(play(openShop(), orderSeen(order), toLeeds), id)
    expect(shown).toMatchObject({ pending: ['address'], order: { shipTo: moved } })
  })

  it('is settled by the order that comes back with it', () => {
    const answer = orderSeen({ ...order, version: 4, shipTo: moved })
    const state = play(openShop(), orderSeen(order), toLeeds, answer)
    expect(state.durable.operations).toEqual([])
    expect(shownOrder(state, id)).toMatchObject({ pending: [], order: { shipTo: moved } })
  })

  it('that is stale goes, and the others stay on the state that came with the refusal', () => {
    const theirs = { ...order, version: 4, shipTo: { ...moved, city: 'York' } }
    const state = play(
      openShop(),
      orderSeen(order),
      toLeeds,
      {
        type: 'submitted',
        operation: {
          id: 'cancel',
          payload: { kind: 'cancel', orderId: id },
          at: PLACED_AT,
          stage: 'waiting',
        },
      },
      orderSeen(theirs),
      {
        type: 'refused',
        id: 'change',
        refusal: { code: 'version-stale', title: '', errors: [] },
        at: PLACED_AT,
      },
    )
    expect(shownOrder(state, id)).toMatchObject({
      pending: ['cancel'],
      order: { status: 'pending', shipTo: { city: 'York' } },
    })
  })

  it('never shows an order as cancelled before it is', () => {
    const cancel = change({ kind: 'cancel', orderId: id })
    const asked = play(openShop(), orderSeen(order), cancel)
    expect(shownOrder(asked, id)).toMatchObject({
      pending: ['cancel'],
      order: { status: 'pending' },
    })
    const over = orderSeen({ ...order, version: 4, status: 'cancelled' })
    expect(play(asked, over).durable.operations).toEqual([])
  })
})

it('a reload loses nothing that is pending (O1)', () => {
  const before = play(openShop(), submitted(wish))
  const after = reloaded(before)
  expect(shownOrder(after, id)).toEqual(shownOrder(before, id))
  expect(viewOf(after).basket).toEqual([])
})

it('a failure pushed after the order was accepted takes the optimism away', () => {
  const failed = serverOrder(wish, { version: 4, status: 'failed', holds: 'compensating' })
  const state = play(
    openShop(),
    submitted(wish),
    orderSeen(serverOrder(wish)),
    accepted(id),
    orderSeen(failed),
  )
  expect(state.durable.operations).toEqual([])
  expect(points(state)).toEqual({ available: 1_000, frozen: 0 })
  expect(shownOrder(state, id)?.order.status).toBe('failed')
})
