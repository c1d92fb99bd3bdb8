/** The shop as it is shipped: `POST /api/orders`, answered when the order is decided. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { until } from '../../../scripts/client/until.ts'
import { concurrently } from '../../../scripts/terminal/concurrently.ts'
import { type OrderView, orderSchema } from '../../../worker/api/contract.ts'
import { type Basket, type Kind, headersOf } from '../basket.ts'
import type { Answer, Call } from '../http.ts'
import type { Series } from '../series.ts'
import { MAIN_WORKER } from '../stand-workers.ts'
import type { Stand } from '../stand.ts'
import { type Customer, admit } from '../supplies.ts'

const REST_MS_MAX = 30_000
const LOOK_EVERY_MS = 20
/** Answer when it is confirmed, or failed and compensated; the longest wait that there is. */
const PREFER = { prefer: 'wait=30' }

const SIGNED_AT_A_TIME = 16

const tokenSchema = z.object({ token: z.string() })
const countSchema = z.object({ settled: z.int() })

/**
 * Where an order's quote comes from. `shown`: its shopper was shown it before, and it comes with the
 * order; `asked`: the same, and asking for it is part of what is measured; `none`: the order is quoted
 * as it comes.
 */
export type Quoting = 'shown' | 'asked' | 'none'

export function edgeSagaSeries(
  stand: Stand,
  basket: Basket,
): (kind: Kind, quoting: Quoting) => Series {
  // Of all kinds: the saga log counts them together.
  let placed = 0
  return (kind, quoting) => ({
    url: stand.url(MAIN_WORKER),
    kind,
    objectsPerCall: 1,
    async calls(count) {
      const customers = await admit(stand, count)
      const body = JSON.stringify(basket.request(kind))
      return concurrently(customers, SIGNED_AT_A_TIME, async (customer) => {
        const order = orderCall(customer, body)
        if (quoting === 'none') return order
        return quoting === 'shown'
          ? withToken(order, await basket.shown(customer))
          : quoteCall(customer, basket, order)
      })
    },
    objection: (answer) => objection(kind, answer),
    async atRest(orders) {
      placed += orders
      await settledInLog(stand, placed)
    },
  })
}

const orderCall = (customer: Customer, body: string): Call => ({
  method: 'POST',
  path: '/api/orders',
  headers: { ...headersOf(customer), ...PREFER, 'idempotency-key': randomUUID() },
  body,
})

const withToken = (order: Call, token: string): Call => ({
  ...order,
  headers: { ...order.headers, 'quote-token': token },
})

/** The quote, and then the order with it. */
const quoteCall = (customer: Customer, { asked }: Basket, order: Call): Call => ({
  method: 'POST',
  path: '/api/quotes',
  headers: headersOf(customer),
  body: JSON.stringify(asked),
  next: (answer) => withToken(order, tokenIn(answer)),
})

function tokenIn({ status, body }: Answer): string {
  if (status !== 200) throw new Error(`the quote was answered ${status} ${body}`)
  return tokenSchema.parse(JSON.parse(body)).token
}

/** Resolves when the saga log knows of so many orders that nothing of them moves any more. */
export async function settledInLog(stand: Stand, orders: number): Promise<void> {
  const log = await stand.database('edge-saga-log')
  const settled = log.prepare('select count(*) as settled from saga_instance where settled = 1')
  await until(
    async () => (countSchema.parse(await settled.first()).settled === orders ? true : null),
    { withinMs: REST_MS_MAX, everyMs: LOOK_EVERY_MS, what: 'all orders settled in D1' },
  )
}

function objection(kind: Kind, { status, body }: Answer): string | null {
  if (status !== 202) return `${status} ${body}`
  const order = orderSchema.parse(JSON.parse(body))
  return isAsExpected(kind, order) ? null : `answered ${order.status}, settled: ${order.settled}`
}

function isAsExpected(kind: Kind, { status, settled, steps }: OrderView): boolean {
  if (kind === 'good') return status === 'confirmed'
  const compensated = steps.filter((step) => step.status === 'compensated')
  return status === 'failed' && settled && compensated.length === 4
}
