/**
 * The optimistic protocol's data. What a page shows is never stored: it is
 * `reduce(server, pending operations)`, computed anew whenever either changes.
 *
 * O1. An operation is durable here before it is sent.
 * O2. A refusal drops the operation and nothing else: what it had taken off comes back because
 *     the view is reduced again, not because an old value was copied.
 * O3. A snapshot of an order counts only if its (epoch, version) is newer than the known one.
 * O4. An accepted operation goes on counting until a read begun after its holds were known
 *     contains them; a read that may or may not contain them is not taken.
 * O5. Only the server says that an order is confirmed.
 */
import type { CustomerId, OrderId } from '../../../../durable-objects/core/ids.ts'
import type {
  Catalog,
  Me,
  OrderRequest,
  OrderView,
  Quote,
} from '../../../../worker/api/contract.ts'

export type BasketLine = { sku: string; quantity: number }

/** What the page showed when the order was submitted. */
export type Prices = Omit<Quote, 'problems'>

export type ReadName = 'me' | 'catalog'

export type Operation = {
  orderId: OrderId
  idempotencyKey: string
  customer: CustomerId
  request: OrderRequest
  prices: Prices
  placedAt: string
  /** `unconfirmed`: sent, and no answer yet; the same key is being sent again. */
  stage: 'sending' | 'unconfirmed' | 'accepted'
  /** Reads that do not contain the operation's holds yet (O4). */
  missingFrom: ReadName[]
}

/** Why the server did not take an order; nothing of it exists there. */
export type Refusal = {
  orderId: OrderId
  code: string
  title: string
  detail?: string
  errors: { field: string; message: string }[]
  request: OrderRequest
  prices: Prices
  at: string
}

export type Server = {
  me: Me | null
  catalog: Catalog | null
  /** When the newest read that was taken began, as counted by the store. */
  readBegan: Record<ReadName, number>
  orders: Record<string, OrderView>
}

/** What this browser remembers through a reload. */
export type Local = { basket: BasketLine[]; operations: Operation[]; refusals: Refusal[] }

export type State = { server: Server; local: Local }

export type Event =
  | { type: 'basket-changed'; sku: string; by: number }
  | { type: 'submitted'; operation: Operation }
  | { type: 'unanswered'; orderId: OrderId }
  | { type: 'accepted'; orderId: OrderId; order: OrderView }
  | { type: 'refused'; orderId: OrderId; refusal: Omit<Refusal, 'request' | 'prices'> }
  | { type: 'order-seen'; order: OrderView }
  | ({ began: number; contains: OrderId[] } & (
      | { type: 'read'; name: 'me'; value: Me }
      | { type: 'read'; name: 'catalog'; value: Catalog }
    ))
  /** Another tab changed what the browser remembers. */
  | { type: 'adopted'; local: Local }

export const emptyLocal = (): Local => ({ basket: [], operations: [], refusals: [] })

export const initialState = (local: Local = emptyLocal()): State => ({
  server: { me: null, catalog: null, readBegan: { me: 0, catalog: 0 }, orders: {} },
  local,
})
