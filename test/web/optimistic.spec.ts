import { describe, expect, it } from 'vitest'
import { containedNow, evolve } from '../../web/src/stores/optimistic/evolve.ts'
import { type Event, type State, initialState } from '../../web/src/stores/optimistic/model.ts'
import { reduce, showOrder } from '../../web/src/stores/optimistic/reduce.ts'
import { readsAreStale } from '../../web/src/stores/optimistic/staleness.ts'
import { FakeShop } from './support/fake-shop.ts'
import { operation, orderId, serverOrder } from './support/orders.ts'

const id = orderId(1)
const wish = { id, lines: [{ sku: 'MUG', quantity: 2 }], points: 300 }

const play = (state: State, ...events: Event[]): State => events.reduce(evolve, state)

function openShop(): State {
  const shop = new FakeShop()
  return play(
    initialState(),
    { type: 'read', name: 'me', began: 1, contains: [], value: shop.me() },
    { type: 'read', name: 'catalog', began: 2, contains: [], value: shop.catalog() },
    { type: 'basket-changed', sku: 'MUG', by: 2 },
  )
}
const submitted: Event = { type: 'submitted', operation: operation(wish) }
const refused: Event = {
  type: 'refused',
  orderId: id,
  refusal: { orderId: id, code: 'out-of-stock', title: '', errors: [], at: '' },
}
const mugs = (state: State) =>
  reduce(state).catalog?.products.find((one) => one.sku === 'MUG')?.available
const points = (state: State) => reduce(state).me?.points

const at = (version: number, epoch: number): Event => ({
  type: 'order-seen',
  order: serverOrder(wish, { version, epoch }),
})
const versionOf = (state: State) => showOrder(state, id)?.order.version

describe('what a submit does at once', () => {
  it('takes stock, points and basket off before any answer', () => {
    const state = play(openShop(), submitted)
    expect(mugs(state)).toBe(18)
    expect(points(state)).toEqual({ available: 700, frozen: 300 })
    expect(reduce(state).basket).toEqual([])
  })

  it('shows the order as pending, from this page only', () => {
    const shown = showOrder(play(openShop(), submitted), id)
    expect(shown).toMatchObject({ source: 'page', stage: 'sending', order: { status: 'pending' } })
  })

  it('takes the coupon out of those that can be used', () => {
    const shop = new FakeShop()
    const offer = {
      code: 'WELCOME10',
      percentOff: 10,
      amountOff: { amount: 0, currency: 'USD' },
      minimumSubtotal: { amount: 0, currency: 'USD' },
      expiresAt: '2026-12-31T00:00:00Z',
    }
    const state = play(
      initialState(),
      {
        type: 'read',
        name: 'me',
        began: 1,
        contains: [],
        value: { ...shop.me(), coupons: [offer] },
      },
      { type: 'submitted', operation: operation({ ...wish, coupon: 'WELCOME10' }) },
    )
    expect(reduce(state).me?.coupons).toEqual([])
  })

  it('leaves what is added to the basket meanwhile in the basket', () => {
    const state = play(openShop(), submitted, { type: 'basket-changed', sku: 'MUG', by: 1 })
    expect(reduce(state).basket).toEqual([{ sku: 'MUG', quantity: 1 }])
  })
})

describe('a refusal (O2)', () => {
  it('gives everything back and keeps the reason', () => {
    const before = openShop()
    const state = play(before, submitted, refused)
    expect(reduce(state)).toEqual(reduce(before))
    expect(showOrder(state, id)).toMatchObject({
      source: 'refused',
      refusal: { code: 'out-of-stock' },
    })
  })

  it('keeps what the server said in between: nothing old is copied back', () => {
    const shop = new FakeShop()
    shop.points = 5_000
    const state = play(openShop(), submitted, refused, {
      type: 'read',
      name: 'me',
      began: 3,
      contains: [],
      value: shop.me(),
    })
    expect(points(state)?.available).toBe(5_000)
  })

  it('that comes late cannot undo an order which the server has shown', () => {
    const order = serverOrder(wish)
    const state = play(openShop(), submitted, { type: 'order-seen', order }, refused)
    expect(showOrder(state, id)).toEqual({ source: 'server', order })
  })
})

describe('snapshots (O3)', () => {
  it('an older or repeated one changes nothing', () => {
    const state = play(openShop(), at(5, 1))
    expect(evolve(state, at(5, 1))).toBe(state)
    expect(evolve(state, at(4, 1))).toBe(state)
  })

  it('a lower version of a newer epoch counts', () => {
    expect(versionOf(play(openShop(), at(5, 1), at(2, 2)))).toBe(2)
  })
})

describe('reads beside a pending order (O4)', () => {
  const shop = new FakeShop()
  const me = (began: number, contains: (typeof id)[]): Event => ({
    type: 'read',
    name: 'me',
    began,
    contains,
    value: shop.me(),
  })

  it('one that may or may not contain its holds is not taken', () => {
    const state = play(openShop(), submitted)
    expect(evolve(state, me(9, []))).toBe(state)
  })

  it('one that was begun before another that was taken is not taken', () => {
    const state = play(openShop(), me(9, []))
    expect(evolve(state, me(8, []))).toBe(state)
  })

  it('the points are not taken off twice once a read contains them', () => {
    const held = serverOrder(wish, { version: 2, holds: 'succeeded' })
    const state = play(openShop(), submitted, { type: 'order-seen', order: held })
    expect(containedNow(state)).toEqual([id])
    shop.points = 700
    shop.frozen = 300
    expect(points(play(state, me(9, containedNow(state))))).toEqual({ available: 700, frozen: 300 })
  })

  it('are asked for again when the holds become known, and when they are released', () => {
    const accepted = play(openShop(), submitted, { type: 'order-seen', order: serverOrder(wish) })
    const held: Event = {
      type: 'order-seen',
      order: serverOrder(wish, { version: 2, holds: 'succeeded' }),
    }
    const failed: Event = {
      type: 'order-seen',
      order: serverOrder(wish, { version: 3, holds: 'compensating', status: 'failed' }),
    }
    expect(readsAreStale(openShop(), accepted)).toBe(false)
    expect(readsAreStale(accepted, play(accepted, held))).toBe(true)
    expect(readsAreStale(play(accepted, held), play(accepted, held, failed))).toBe(true)
  })
})

it('a reload loses nothing that is pending (O1)', () => {
  const before = play(openShop(), submitted)
  const after = initialState(JSON.parse(JSON.stringify(before.local)))
  expect(showOrder(after, id)).toEqual(showOrder(before, id))
  expect(reduce(after).basket).toEqual([])
})

it('a failure pushed after the order was accepted takes the optimism away', () => {
  const failed = serverOrder(wish, { version: 4, status: 'failed', holds: 'compensating' })
  const state = play(
    openShop(),
    submitted,
    { type: 'accepted', orderId: id, order: serverOrder(wish) },
    { type: 'order-seen', order: failed },
  )
  expect(state.local.operations).toEqual([])
  expect(points(state)).toEqual({ available: 1_000, frozen: 0 })
  expect(showOrder(state, id)?.order.status).toBe('failed')
})
