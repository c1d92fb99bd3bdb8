// What happens between page and server comes in any order, twice, late or not at all. Whatever
// it was: once all is quiet, the page shows what the server says.
import fc from 'fast-check'
import { assert, expect, it } from 'vitest'
import { isOrderId } from '../../durable-objects/core/ids.ts'
import type { Catalog, Me } from '../../worker/api/contract.ts'
import { containedNow } from '../../web/src/stores/shop-state/freshness.ts'
import { type ShopEvent, type ShopState, placings } from '../../web/src/stores/shop-state/model.ts'
import { shownOrder, viewOf } from '../../web/src/stores/shop-state/view.ts'
import { FakeShop, SKUS } from './support/fake-shop.ts'
import { type PlacingOperation, orderId } from './support/orders.ts'
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

type Move =
  | { type: 'add'; sku: string }
  | { type: 'submit'; points: number }
  | {
      type: 'send'
      pick: number
      willFail: boolean
      refuse: boolean
      answer: 'comes' | 'breaks' | 'late'
    }
  | { type: 'again'; pick: number }
  | { type: 'advance'; pick: number }
  | { type: 'push'; pick: number; which: number }
  | { type: 'begin-read'; name: 'me' | 'catalog' }
  | { type: 'end-read'; pick: number; isEarly: boolean }
  | { type: 'reload' }

const POINTS_AT_START = new FakeShop().points

const nat = fc.nat({ max: 20 })
/** Reloads are rare, as they are in life: what comes before one needs time to happen. */
const often = (arbitrary: fc.Arbitrary<Move>) => ({ weight: 10, arbitrary })
const move = fc.oneof(
  { weight: 1, arbitrary: fc.record({ type: fc.constant('reload') }) },
  often(fc.record({ type: fc.constant('add'), sku: fc.constantFrom(...SKUS) })),
  often(fc.record({ type: fc.constant('submit'), points: fc.nat({ max: 200 }) })),
  often(
    fc.record({
      type: fc.constant('send'),
      pick: nat,
      willFail: fc.boolean(),
      refuse: fc.boolean(),
      answer: fc.constantFrom('comes', 'comes', 'breaks', 'late'),
    }),
  ),
  often(fc.record({ type: fc.constant('again'), pick: nat })),
  often(fc.record({ type: fc.constant('advance'), pick: nat })),
  often(fc.record({ type: fc.constant('push'), pick: nat, which: nat })),
  often(fc.record({ type: fc.constant('begin-read'), name: fc.constantFrom('me', 'catalog') })),
  often(fc.record({ type: fc.constant('end-read'), pick: nat, isEarly: fc.boolean() })),
)

/** The server answers at some instant between the request and the answer: at either end here. */
type OpenRead = { began: number; contains: string[] } & (
  | { name: 'me'; early: Me }
  | { name: 'catalog'; early: Catalog }
)

class Page {
  state: ShopState = emptyShop()
  readonly shop = new FakeShop()
  /** What the basket ought to hold: everything added, less what was really ordered. */
  readonly added = new Map<string, number>()
  #reads: OpenRead[] = []
  #began = 0
  #submitted = 0
  #reloaded = false
  readonly #givenUp = new Map<string, number>()

  play(one: Move): void {
    switch (one.type) {
      case 'add':
        this.added.set(one.sku, (this.added.get(one.sku) ?? 0) + 1)
        return this.dispatch(basketChanged(one.sku, 1))
      case 'submit':
        return this.submit(one.points)
      case 'send':
        return this.send(pickOf(this.pending(), one.pick), one)
      case 'again':
        return this.again(pickOf(this.unanswered(), one.pick))
      case 'advance': {
        const id = pickOf([...this.shop.orders.keys()], one.pick)
        return id && this.shop.advance(id)
      }
      case 'push': {
        const held = pickOf([...this.shop.orders.values()], one.pick)
        const order = held && pickOf(held.snapshots, one.which)
        return order && this.dispatch(orderSeen(order))
      }
      case 'begin-read':
        return this.beginRead(one.name)
      case 'end-read':
        return this.endRead(pickOf(this.#reads, one.pick), one.isEarly)
      case 'reload':
        // Only what the browser remembers survives; reads under way die with the page.
        this.#reads = []
        this.#began = 0
        this.#reloaded = true
        this.state = reloaded(this.state)
    }
  }

  dispatch(event: ShopEvent): void {
    this.state = play(this.state, event)
    this.checkPoints()
    for (const id of this.shop.orders.keys()) {
      const shown = shownOrder(this.state, id)?.order.status
      // O5: nothing is shown as confirmed that the server has not confirmed.
      if (shown === 'confirmed') assert.equal(this.shop.latest(id)?.status, 'confirmed')
    }
  }

  checkPoints(): void {
    // O4: points of an order that stands are never offered again, whichever read was taken.
    const shown = viewOf(this.state).me?.points.available
    if (shown === undefined) return
    assert.isAtMost(shown, POINTS_AT_START - this.pointsInUse())
    // Nor are they taken off twice. Only a page that has just loaded may do so, for a moment, and one
    // where an order turns up that was given up.
    const twice = [...this.#givenUp.values()].reduce((sum, points) => sum + points, 0)
    if (!this.#reloaded) assert.isAtLeast(shown, POINTS_AT_START - this.pointsAsked() - twice)
  }

  /** Of the orders that this page has submitted or seen, and that will not fail. */
  pointsInUse(): number {
    const { durable, snapshots } = this.state
    const ids = new Set([
      ...durable.operations.map((one) => one.id).filter(isOrderId),
      ...Object.keys(snapshots).filter(isOrderId),
    ])
    const used = Array.from(ids, (id) => {
      const held = this.shop.orders.get(id)
      return held && !held.willFail ? (held.placing.request.points ?? 0) : 0
    })
    return used.reduce((sum, points) => sum + points, 0)
  }

  pointsAsked(): number {
    const asked = new Map(
      [
        ...this.pending().map((one) => one.payload),
        ...Array.from(this.shop.orders.values(), (one) => one.placing),
      ].map((one) => [one.orderId, one.request.points ?? 0]),
    )
    return [...asked.values()].reduce((sum, points) => sum + points, 0)
  }

  submit(points: number): void {
    const { basket, me } = viewOf(this.state)
    // Who orders the same again while the first is in doubt may have both: no matter of the protocol.
    if (basket.length === 0 || this.unanswered().length > 0) return
    this.#submitted += 1
    const affordable = Math.min(points, me?.points.available ?? 0)
    const id = orderId(this.#submitted)
    this.dispatch(submitted({ id, lines: basket, points: affordable }))
  }

  pending(): PlacingOperation[] {
    return placings(this.state.durable.operations)
  }

  unanswered(): PlacingOperation[] {
    const { ended } = this.state.durable
    return placings(ended.filter((one) => one.why === 'unanswered').map((one) => one.operation))
  }

  again(operation: PlacingOperation | undefined): void {
    if (operation) this.dispatch({ type: 'retried', id: operation.id })
  }

  send(
    pending: PlacingOperation | undefined,
    { willFail, refuse, answer }: Omit<Extract<Move, { type: 'send' }>, 'type' | 'pick'>,
  ): void {
    if (!pending) return
    const { orderId: id, request } = pending.payload
    const isNew = !this.shop.orders.has(id)
    const order = this.shop.place(pending.payload, willFail, refuse)
    if (order && isNew) {
      for (const { sku, quantity } of request.lines) {
        this.added.set(sku, (this.added.get(sku) ?? 0) - quantity)
      }
    }
    if (answer === 'late') return this.giveUp()
    if (answer === 'breaks') return this.dispatch({ type: 'unconfirmed', id })
    if (!order) return this.dispatch(refused(id))
    this.dispatch(orderSeen(order))
    this.dispatch(accepted(id))
  }

  giveUp(): void {
    this.dispatch(unanswered)
    for (const one of this.unanswered()) this.#givenUp.set(one.id, one.payload.request.points ?? 0)
  }

  beginRead(name: 'me' | 'catalog'): void {
    this.#began += 1
    const about = { began: this.#began, contains: containedNow(this.state) }
    if (name === 'me') this.#reads.push({ name, early: this.shop.me(), ...about })
    else this.#reads.push({ name, early: this.shop.catalog(), ...about })
  }

  endRead(read: OpenRead | undefined, isEarly: boolean): void {
    if (!read) return
    const { began, contains } = read
    this.dispatch(
      read.name === 'me'
        ? meRead(isEarly ? read.early : this.shop.me(), began, contains)
        : catalogRead(isEarly ? read.early : this.shop.catalog(), began, contains),
    )
  }

  /** The network works, orders end, and the page reads once more. */
  settle(): void {
    for (const one of this.pending()) {
      this.send(one, { willFail: false, refuse: false, answer: 'comes' })
    }
    for (const [id, held] of this.shop.orders) {
      while (held.stage !== 'settled') this.shop.advance(id)
      const order = this.shop.latest(id)
      if (order) this.dispatch(orderSeen(order))
    }
    this.readAll()
    // What the network still had in store comes last, and changes nothing.
    for (const read of this.#reads) this.endRead(read, true)
    for (const { snapshots } of this.shop.orders.values()) {
      for (const order of snapshots.toReversed()) this.dispatch(orderSeen(order))
    }
  }

  readAll(): void {
    for (const name of ['me', 'catalog'] as const) {
      this.beginRead(name)
      this.endRead(this.#reads.at(-1), false)
    }
  }
}

const pickOf = <Item>(list: Item[], index: number): Item | undefined => list[index % list.length]

it('any interleaving of submits, answers, pushes, reads and reloads ends equal to the server', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 80, size: 'max' }), (moves) => {
      const page = new Page()
      page.readAll()
      for (const one of moves) page.play(one)
      page.settle()

      const view = viewOf(page.state)
      expect(view.me).toEqual(page.shop.me())
      expect(view.catalog).toEqual(page.shop.catalog())
      expect(page.state.durable.operations).toEqual([])
      const wanted = [...page.added].filter(([, quantity]) => quantity > 0)
      expect(new Map(view.basket.map(({ sku, quantity }) => [sku, quantity]))).toEqual(
        new Map(wanted),
      )
      for (const id of page.shop.orders.keys()) {
        expect(shownOrder(page.state, id)).toEqual({
          source: 'server',
          order: page.shop.latest(id),
          pending: [],
        })
      }
    }),
    { numRuns: 500 },
  )
})
