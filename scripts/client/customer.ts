/** A guest of the shop. Every answer is held against the contract. */
import {
  type DeliveryDays,
  type Me,
  type OrderRequest,
  type OrderView,
  deliveryDaysSchema,
  meSchema,
  orderSchema,
  problemSchema,
} from '../../worker/api/contract.ts'
import { sessionSchema } from '../../worker/api/session-contract.ts'
import { UnexpectedAnswer, request } from './http.ts'

export type Placed =
  | { kind: 'placed'; order: OrderView }
  /** The shop said no: nothing was begun. */
  | { kind: 'refused'; status: number; code: string; title: string }

export type Cancelled = { kind: 'accepted' } | { kind: 'refused'; code: string }

export type Customer = {
  token: string
  me: () => Promise<Me>
  place: (order: OrderRequest, key?: string) => Promise<Placed>
  read: (orderId: string) => Promise<OrderView>
  cancel: (orderId: string) => Promise<Cancelled>
  sendBack: (orderId: string) => Promise<OrderView>
}

export async function openCustomer(url: string): Promise<Customer> {
  const session = await request(`${url}/api/session`, { method: 'POST' })
  const parsed = sessionSchema.safeParse(session.body)
  if (!parsed.success) throw new UnexpectedAnswer('POST /api/session', session)
  return customerWith(url, parsed.data.token)
}

/** A guest whose session was opened before, maybe at another address of the same shop. */
export function customerWith(url: string, token: string): Customer {
  return {
    token,
    async me() {
      const answer = await request(`${url}/api/me`, { token })
      if (answer.status !== 200) throw new UnexpectedAnswer('GET /api/me', answer)
      return meSchema.parse(answer.body)
    },
    place: (order, key = crypto.randomUUID()) => place(url, token, order, key),
    async read(orderId) {
      const answer = await request(`${url}/api/orders/${orderId}`, { token })
      if (answer.status !== 200) throw new UnexpectedAnswer(`GET /api/orders/${orderId}`, answer)
      return orderSchema.parse(answer.body)
    },
    cancel: (orderId) => cancel(url, token, orderId),
    async sendBack(orderId) {
      const path = `/api/orders/${orderId}/return`
      const answer = await request(`${url}${path}`, { method: 'POST', token })
      if (answer.status !== 202) throw new UnexpectedAnswer(`POST ${path}`, answer)
      return orderSchema.parse(answer.body)
    },
  }
}

async function place(
  url: string,
  token: string,
  order: OrderRequest,
  key: string,
): Promise<Placed> {
  const answer = await request(`${url}/api/orders`, {
    method: 'POST',
    token,
    headers: { 'idempotency-key': key },
    json: order,
  })
  if (answer.status === 202) return { kind: 'placed', order: orderSchema.parse(answer.body) }
  const problem = problemSchema.safeParse(answer.body)
  if (!problem.success) throw new UnexpectedAnswer('POST /api/orders', answer)
  return { kind: 'refused', ...problem.data }
}

async function cancel(url: string, token: string, orderId: string): Promise<Cancelled> {
  const path = `/api/orders/${orderId}/cancel`
  const answer = await request(`${url}${path}`, { method: 'POST', token })
  if (answer.status === 202) return { kind: 'accepted' }
  const problem = problemSchema.safeParse(answer.body)
  if (answer.status !== 409 || !problem.success) {
    throw new UnexpectedAnswer(`POST ${path}`, answer)
  }
  return { kind: 'refused', code: problem.data.code }
}

export async function deliveryDays(url: string, country: string): Promise<DeliveryDays['days']> {
  const answer = await request(`${url}/api/delivery-days?country=${country}`)
  if (answer.status !== 200) throw new UnexpectedAnswer('GET /api/delivery-days', answer)
  return deliveryDaysSchema.parse(answer.body).days
}
