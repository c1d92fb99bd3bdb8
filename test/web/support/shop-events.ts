/** The shop's events, and what they make of a state. */
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { Catalog, Me, OrderView } from '../../../worker/api/contract.ts'
import { evolve } from '../../../web/src/stores/optimistic/evolve.ts'
import { initialState } from '../../../web/src/stores/optimistic/protocol.ts'
import { adjustLines } from '../../../web/src/stores/shop-state/basket-lines.ts'
import { SHOP } from '../../../web/src/stores/shop-state/definition.ts'
import {
  type Known,
  type ShopEvent,
  type ShopState,
  orderSnapshot,
} from '../../../web/src/stores/shop-state/model.ts'
import { PLACED_AT, type Wish, operation } from './orders.ts'

export const play = (state: ShopState, ...events: ShopEvent[]): ShopState =>
  events.reduce((before, event) => evolve(SHOP, before, event).state, state)

export const emptyShop = (): ShopState => initialState(SHOP)

/** What a page knows that has just been loaded. */
export const reloaded = ({ durable }: ShopState): ShopState => ({
  ...emptyShop(),
  durable: structuredClone(durable),
})

export const submitted = (wish: Wish): ShopEvent => ({
  type: 'submitted',
  operation: operation(wish),
})

export const accepted = (id: OrderId): ShopEvent => ({ type: 'accepted', id })

export const refused = (id: OrderId, code = 'out-of-stock'): ShopEvent => ({
  type: 'refused',
  id,
  refusal: { code, title: '', errors: [] },
  at: PLACED_AT,
})

export const unanswered: ShopEvent = { type: 'unanswered', at: PLACED_AT }

export const orderSeen = (order: OrderView): ShopEvent => ({
  type: 'seen',
  snapshot: orderSnapshot(order, PLACED_AT),
})

const read = (payload: Known, began: number, contains: readonly string[]): ShopEvent => ({
  type: 'seen',
  snapshot: { id: payload.kind, payload, version: [0, began], at: PLACED_AT },
  contains,
})

export const meRead = (me: Me, began: number, contains: readonly string[] = []): ShopEvent =>
  read({ kind: 'me', me }, began, contains)

export const catalogRead = (
  catalog: Catalog,
  began: number,
  contains: readonly string[] = [],
): ShopEvent => read({ kind: 'catalog', catalog }, began, contains)

export const basketChanged = (sku: string, by: number): ShopEvent => ({
  type: 'edited',
  edit: (own) => ({ ...own, basket: adjustLines(own.basket, [{ sku, quantity: by }]) }),
})
