/** What the shop's pages know and change, in the terms of the optimistic protocol. */
import type { CustomerId, OrderId } from '../../../../durable-objects/core/ids.ts'
import type {
  Catalog,
  Me,
  OrderRequest,
  OrderVersion,
  OrderView,
  Quote,
  ShipTo,
} from '../../../../worker/api/contract.ts'
import type { Ended, Event, Operation, Snapshot, State } from '../optimistic/protocol.ts'

export type BasketLine = { sku: string; quantity: number }

/** What the page showed when the order was submitted. */
export type Prices = Omit<Quote, 'problems' | 'token'>

export type Known =
  | { kind: 'me'; me: Me }
  | { kind: 'catalog'; catalog: Catalog }
  | { kind: 'order'; order: OrderView }

/** The order's id is the operation's: both sides derive it from customer and idempotency key. */
export type Placing = {
  kind: 'place'
  orderId: OrderId
  idempotencyKey: string
  customer: CustomerId
  request: OrderRequest
  prices: Prices
  /** With it the order is placed at these prices, if it gets there in time. */
  quoteToken?: string
}

/** `after` is the version that the shopper saw, `from` the address it had. */
export type AddressChange = {
  kind: 'address'
  orderId: OrderId
  after: OrderVersion
  /** Not in what an older version of the page has left to be sent. */
  from?: ShipTo
  shipTo: ShipTo
}

/** Of an order that the server has. */
export type OrderChange = AddressChange | { kind: 'cancel' | 'return'; orderId: OrderId }

export type Change = Placing | OrderChange

export type Own = { basket: BasketLine[] }

export type ShopState = State<Known, Change, Own>
export type ShopEvent = Event<Known, Change, Own>
export type ShopOperation = Operation<Change>
export type ShopEnded = Ended<Change>

export const READS = ['me', 'catalog'] as const
export type ReadName = (typeof READS)[number]

export const orderSnapshot = (order: OrderView, at: string): Snapshot<Known> => ({
  id: order.id,
  payload: { kind: 'order', order },
  version: [order.epoch, order.version],
  at,
})

export function knownOrder(state: ShopState, id: string): OrderView | null {
  const payload = state.snapshots[id]?.payload
  return payload?.kind === 'order' ? payload.order : null
}

/** Operations that place an order, with what they place. */
export const placings = (
  operations: readonly ShopOperation[],
): (ShopOperation & { payload: Placing })[] =>
  operations.flatMap((it) => (it.payload.kind === 'place' ? [{ ...it, payload: it.payload }] : []))
