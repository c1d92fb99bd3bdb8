/** The routes of the API that the shop uses. */
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type {
  Catalog,
  DeliveryDays,
  Me,
  OrderList,
  OrderRequest,
  OrderVersion,
  OrderView,
  Quote,
  QuoteRequest,
  ShipTo,
  SocketTicket,
} from '../../../worker/api/contract.ts'
import type { Session } from '../../../worker/api/session-contract.ts'
import type { ServiceStatus } from '../../../worker/api/status-contract.ts'
import { etagOf } from '../../../worker/api/order-version.ts'
import { type Answer, ask } from './client.ts'

const bodyOf = async <Body>(answer: Promise<Answer<Body>>): Promise<Body> => (await answer).body
const orderPath = (id: OrderId) => `/api/orders/${id}`

export const openSession = () => bodyOf(ask<Session>('/api/session', { method: 'POST' }))
export const readMe = () => bodyOf(ask<Me>('/api/me'))
/** `readAt` is null when it was read just now. */
export async function readCatalog(): Promise<{ catalog: Catalog; readAt: string | null }> {
  const { body, readAt } = await ask<Catalog>('/api/catalog')
  return { catalog: body, readAt }
}
export const readDeliveryDays = (country: string) =>
  bodyOf(ask<DeliveryDays>(`/api/delivery-days?country=${encodeURIComponent(country)}`))
export const readStatus = () => bodyOf(ask<ServiceStatus>('/api/status'))
export const quote = (body: QuoteRequest) =>
  bodyOf(ask<Quote>('/api/quotes', { method: 'POST', body }))

type Placement = {
  orderId: OrderId
  idempotencyKey: string
  request: OrderRequest
  /** Of the quote that the shopper was shown. */
  quoteToken?: string
}

export const placeOrder = (
  { orderId, idempotencyKey, request, quoteToken }: Placement,
  signal: AbortSignal,
) =>
  bodyOf(
    ask<OrderView>('/api/orders', {
      method: 'POST',
      body: request,
      headers: {
        'Idempotency-Key': idempotencyKey,
        'X-Saga-ID': orderId,
        ...(quoteToken !== undefined && { 'Quote-Token': quoteToken }),
      },
      signal,
    }),
  )

export const listOrders = (before?: string) =>
  bodyOf(ask<OrderList>(`/api/orders${before ? `?before=${encodeURIComponent(before)}` : ''}`))

/** `null` when the order is still as `etag` says. */
export async function readOrder(
  id: OrderId,
  etag?: string,
): Promise<{ order: OrderView; etag: string | null } | null> {
  const answer = await ask<OrderView>(
    orderPath(id),
    etag ? { headers: { 'If-None-Match': etag } } : {},
  )
  return answer.status === 304 ? null : { order: answer.body, etag: answer.etag }
}

export const cancelOrder = (id: OrderId, signal: AbortSignal) =>
  bodyOf(ask<OrderView>(`${orderPath(id)}/cancel`, { method: 'POST', signal }))
export const returnOrder = (id: OrderId, signal: AbortSignal) =>
  bodyOf(ask<OrderView>(`${orderPath(id)}/return`, { method: 'POST', signal }))

export const changeAddress = (
  id: OrderId,
  after: OrderVersion,
  shipTo: ShipTo,
  signal: AbortSignal,
) =>
  bodyOf(
    ask<OrderView>(orderPath(id), {
      method: 'PATCH',
      body: { shipTo },
      headers: { 'If-Match': etagOf(after) },
      signal,
    }),
  )

export const issueSocketTicket = (id: OrderId) =>
  bodyOf(ask<SocketTicket>(`${orderPath(id)}/socket-ticket`, { method: 'POST' }))

/** Development only. */
export const playScenario = (
  name: 'stock-runs-out' | 'payments-stall' | 'object-killed',
  id: OrderId,
) => bodyOf(ask<undefined>(`/api/dev/scenarios/${name}`, { method: 'POST', body: { orderId: id } }))
