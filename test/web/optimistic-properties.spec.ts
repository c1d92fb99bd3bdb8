// What happens between page and server comes in any order, twice, late or not at all. Whatever
// it was: once all is quiet, the page shows what the server says.
import fc from 'fast-check'
import { assert, expect, it } from 'vitest'
import { type OrderId, isOrderId } from '../../durable-objects/core/ids.ts'
import type { Catalog, Me } from '../../worker/api/contract.ts'
import { containedNow, evolve } from '../../web/src/stores/optimistic/evolve.ts'
import { type Event, type State, initialState } from '../../web/src/stores/optimistic/model.ts'
import { reduce, showOrder } from '../../web/src/stores/optimistic/reduce.ts'
import { FakeShop, SKUS } from './support/fake-shop.ts'
import { operation, orderId } from './support/orders.ts'

type Move =
  | { type: 'add'; sku: string }
  | { type: 'submit'; points: number }
  | { type: 'send'; pick: number; willFail: boolean; refuse: boolean; answered: boolean }
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
      answered: fc.boolean(),
    }),
  ),
  often(fc.record({ type: fc.constant('advance'), pick: nat })),
  often(fc.record({ type: fc.constant('push'), pick: nat, which: nat })),
  often(fc.record({ type: fc.constant('begin-read'), name: fc.constantFrom('me', 'catalog') })),
  often(fc.record({ type: fc.constant('end-read'), pick: nat, isEarly: fc.boolean() })),
)

/** The server answers at some instant between the request and the answer: at either end here. */
type OpenRead = { began: number; contains: OrderId[] } & (
  | { name: 'me'; early: Me }
  | { name: 'catalog'; early: Catalog }
)

class Page {
  state: State = initialState()
  readonly shop = new FakeShop()
  /** What the basket ought to hold: everything added, less what was really ordered. */
  readonly added = new Map<string, number>()
  #reads: OpenRead[] = []
  #began = 0
  #submitted = 0
  #reloaded = false

  play(one: Move): void {
    switch (one.type) {
      case 'add':
        this.added.set(one.sku, (this.added.get(one.sku) ?? 0) + 1)
        return this.dispatch({ type: 'basket-changed', sku: one.sku, by: 1 })
      case 'submit':
        return this.submit(one.points)
      case 'send':
        return this.send(pickOf(this.state.local.operations, one.pick)?.orderId, one)
      case 'advance': {
        const id = pickOf([...this.shop.orders.keys()], one.pick)
        return id && this.shop.advance(id)
      }
      case 'push': {
        const held = pickOf([...this.shop.orders.values()], one.pick)
        const order = held && pickOf(held.snapshots, one.which)
        return order && this.dispatch({ type: 'order-seen', order })
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
        this.state = initialState(JSON.parse(JSON.stringify(this.state.local)))
    }
  }

  dispatch(event: Event): void {
    this.state = evolve(this.state, event)
    this.checkPoints()
    for (const id of this.shop.orders.keys()) {
      const shown = showOrder(this.state, id)?.order.status
      // O5: nothing is shown as confirmed that the server has not confirmed.
      if (shown === 'confirmed') assert.equal(this.shop.latest(id)?.status, 'confirmed')
    }
  }

  checkPoints(): void {
    // O4: points of an order that stands are never offered again, whichever read was taken.
    const shown = reduce(this.state).me?.points.available
    if (shown === undefined) return
    assert.isAtMost(shown, POINTS_AT_START - this.pointsInUse())
    // Nor are they taken off twice. Only a page that has just loaded may do so, for a moment.
    if (!this.#reloaded) assert.isAtLeast(shown, POINTS_AT_START - this.pointsAsked())
  }

  /** Of the orders that this page has submitted or seen, and that will not fail. */
  pointsInUse(): number {
    const { local, server } = this.state
    const ids = new Set([
      ...local.operations.map((one) => one.orderId),
      ...Object.keys(server.orders).filter(isOrderId),
    ])
    const used = Array.from(ids, (id) => {
      const held = this.shop.orders.get(id)
      return held && !held.willFail ? (held.operation.request.points ?? 0) : 0
    })
    return used.reduce((sum, points) => sum + points, 0)
  }

  pointsAsked(): number {
    const asked = new Map(
      [
        ...this.state.local.operations,
        ...Array.from(this.shop.orders.values(), (one) => one.operation),
      ].map((one) => [one.orderId, one.request.points ?? 0]),
    )
    return [...asked.values()].reduce((sum, points) => sum + points, 0)
  }

  submit(points: number): void {
    const { basket, me } = reduce(this.state)
    if (basket.length === 0) return
    this.#submitted += 1
    const affordable = Math.min(points, me?.points.available ?? 0)
    const id = orderId(this.#submitted)
    this.dispatch({
      type: 'submitted',
      operation: operation({ id, lines: basket, points: affordable }),
    })
  }

  send(
    id: OrderId | undefined,
    { willFail, refuse, answered }: { willFail: boolean; refuse: boolean; answered: boolean },
  ): void {
    const pending = this.state.local.operations.find((one) => one.orderId === id)
    if (!id || !pending) return
    const isNew = !this.shop.orders.has(id)
    const order = this.shop.place(pending, willFail, refuse)
    if (order && isNew) {
      for (const { sku, quantity } of pending.request.lines) {
        this.added.set(sku, (this.added.get(sku) ?? 0) - quantity)
      }
    }
    if (!answered) return this.dispatch({ type: 'unanswered', orderId: id })
    if (order) return this.dispatch({ type: 'accepted', orderId: id, order })
    const refusal = { orderId: id, code: 'out-of-stock', title: '', errors: [], at: '' }
    this.dispatch({ type: 'refused', orderId: id, refusal })
  }

  beginRead(name: 'me' | 'catalog'): void {
    this.#began += 1
    const about = { began: this.#began, contains: containedNow(this.state) }
    if (name === 'me') this.#reads.push({ name, early: this.shop.me(), ...about })
    else this.#reads.push({ name, early: this.shop.catalog(), ...about })
  }

  endRead(read: OpenRead | undefined, isEarly: boolean): void {
    if (!read) return
    const { early: _early, ...about } = read
    this.dispatch(
      read.name === 'me'
        ? { type: 'read', ...about, name: 'me', value: isEarly ? read.early : this.shop.me() }
        : {
            type: 'read',
            ...about,
            name: 'catalog',
            value: isEarly ? read.early : this.shop.catalog(),
          },
    )
  }

  /** The network works, orders end, and the page reads once more. */
  settle(): void {
    for (const { orderId: id } of this.state.local.operations) {
      this.send(id, { willFail: false, refuse: false, answered: true })
    }
    for (const [id, held] of this.shop.orders) {
      while (held.stage !== 'settled') this.shop.advance(id)
      const order = this.shop.latest(id)
      if (order) this.dispatch({ type: 'order-seen', order })
    }
    this.readAll()
    // What the network still had in store comes last, and changes nothing.
    for (const read of this.#reads) this.endRead(read, true)
    for (const { snapshots } of this.shop.orders.values()) {
      for (const order of snapshots.toReversed()) this.dispatch({ type: 'order-seen', order })
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

      const view = reduce(page.state)
      expect(view.me).toEqual(page.shop.me())
      expect(view.catalog).toEqual(page.shop.catalog())
      expect(page.state.local.operations).toEqual([])
      const wanted = [...page.added].filter(([, quantity]) => quantity > 0)
      expect(new Map(view.basket.map(({ sku, quantity }) => [sku, quantity]))).toEqual(
        new Map(wanted),
      )
      for (const id of page.shop.orders.keys()) {
        expect(showOrder(page.state, id)).toEqual({ source: 'server', order: page.shop.latest(id) })
      }
    }),
    { numRuns: 500 },
  )
})
