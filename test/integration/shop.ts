/** The shop as a test uses it: a new customer each time, orders through the real API. */
import { runInDurableObject } from 'cloudflare:test'
import { env, exports } from 'cloudflare:workers'
import { z } from 'zod'
import {
  type OrderRequest,
  type OrderView,
  type Quote,
  orderSchema,
  quoteSchema,
} from '../../worker/api/contract.ts'
import { auditReportSchema } from '../../worker/api/ops/contract.ts'
import { sessionSchema } from '../../worker/api/session-contract.ts'
import { isCustomerId, isOrderId } from '../../durable-objects/core/ids.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'

const ORIGIN = 'https://shop.example'
const POLL_MS = 15
const WAIT_MS_MAX = 20_000

export async function request(path: string, init: RequestInit = {}): Promise<Response> {
  return exports.default.fetch(new Request(`${ORIGIN}${path}`, init))
}

export class Customer {
  readonly id
  readonly #token: string

  private constructor(customer: string, token: string) {
    if (!isCustomerId(customer)) throw new RangeError(customer)
    this.id = customer
    this.#token = token
  }

  static async arrive(): Promise<Customer> {
    const response = await request('/api/session', { method: 'POST' })
    const { customer, token } = sessionSchema.parse(await response.json())
    return new Customer(customer, token)
  }

  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('Authorization', `Bearer ${this.#token}`)
    if (init.body) headers.set('Content-Type', 'application/json')
    return request(path, { ...init, headers })
  }

  async submit(
    order: OrderRequest,
    key: string = crypto.randomUUID(),
    more: Record<string, string> = {},
  ): Promise<Response> {
    const headers = { 'Idempotency-Key': key, ...more }
    return this.request('/api/orders', { method: 'POST', headers, body: JSON.stringify(order) })
  }

  /** What a page asks before it places this order. */
  async quote(order: OrderRequest): Promise<Quote> {
    const { shipTo, payment: _payment, expectedTotal: _expected, ...basket } = order
    const body = JSON.stringify({ ...basket, country: shipTo.country })
    return quoteSchema.parse(
      await (await this.request('/api/quotes', { method: 'POST', body })).json(),
    )
  }

  async order(change: Partial<OrderRequest> = {}): Promise<OrderView> {
    const response = await this.submit({ ...goodOrder, ...change })
    if (response.status !== 202) throw new Error(`${response.status} ${await response.text()}`)
    return orderSchema.parse(await response.json())
  }

  async read(orderId: string): Promise<OrderView> {
    return orderSchema.parse(await (await this.request(`/api/orders/${orderId}`)).json())
  }

  async settled(orderId: string): Promise<OrderView> {
    return eventually(
      () => this.read(orderId),
      (order) => order.settled,
    )
  }
}

export const goodOrder: OrderRequest = {
  lines: [{ sku: 'MUG-CLAY', quantity: 2 }],
  shipTo: { name: 'Ada', line1: '1 Way', city: 'Bath', postalCode: 'BA1 1AA', country: 'GB' },
  payment: { token: 'tok_visa' },
}
export const fullOrder: OrderRequest = { ...goodOrder, coupon: 'WELCOME10', points: 120 }

/** Keeps orders pending: stock answers, but the saga does not hear it. */
export const holdOrdersPending = (): Promise<unknown> =>
  env.INVENTORY.setFaults({ ...NO_FAULTS, dropReplyRate: 1, only: { direction: 'action' } })
export const letGo = (): Promise<unknown> => env.INVENTORY.setFaults(NO_FAULTS)

/** Reads until it is as wanted; what was read last is in the error when it never is. */
export async function eventually<Value>(
  read: () => Promise<Value>,
  isDone: (value: Value) => boolean,
  waitMs = WAIT_MS_MAX,
): Promise<Value> {
  const endMs = Date.now() + waitMs
  let value = await read()
  while (!isDone(value)) {
    if (Date.now() > endMs) throw new Error(`never came true: ${JSON.stringify(value)}`)
    await scheduler.wait(POLL_MS)
    value = await read()
  }
  return value
}

export function objectOf(orderId: string) {
  if (!isOrderId(orderId)) throw new RangeError(orderId)
  return env.ORDERS.getByName(orderId)
}

/** What only a call, a message or the sweep sets going again. */
export async function loseAlarm(orderId: string): Promise<void> {
  await runInDurableObject(objectOf(orderId), (_, { storage }) => storage.deleteAlarm())
}

const OPERATOR = {
  Authorization: 'Bearer operator-token-of-the-tests',
  'Content-Type': 'application/json',
}
export const asOperator = (path: string, init: RequestInit = {}): Promise<Response> =>
  request(path, { ...init, headers: OPERATOR })

export async function audit(): Promise<z.infer<typeof auditReportSchema>> {
  return auditReportSchema.parse(await (await asOperator('/api/ops/audit')).json())
}
