/** The shop as it is shipped: `POST /api/orders`, answered when the order is decided. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { until } from '../../../scripts/client/until.ts'
import { type OrderView, orderSchema } from '../../../worker/api/contract.ts'
import { type Basket, type Kind, headersOf } from '../basket.ts'
import type { Answer } from '../http.ts'
import type { Series } from '../series.ts'
import { MAIN_WORKER } from '../stand-workers.ts'
import type { Stand } from '../stand.ts'
import { admit } from '../supplies.ts'

const REST_MS_MAX = 30_000
const LOOK_EVERY_MS = 20
/** Answer when it is confirmed, or failed and compensated; the longest wait that there is. */
const PREFER = { prefer: 'wait=30' }

const countSchema = z.object({ settled: z.int() })

export function edgeSagaSeries(stand: Stand, basket: Basket): (kind: Kind) => Series {
  // Of both kinds: the saga log counts them together.
  let placed = 0
  return (kind) => ({
    url: stand.url(MAIN_WORKER),
    kind,
    objectsPerCall: 1,
    async calls(count) {
      const customers = await admit(stand, count)
      const body = JSON.stringify(basket.request(kind))
      return customers.map((customer) => ({
        method: 'POST',
        path: '/api/orders',
        headers: { ...headersOf(customer), ...PREFER, 'idempotency-key': randomUUID() },
        body,
      }))
    },
    objection: (answer) => objection(kind, answer),
    async atRest(orders) {
      placed += orders
      await settledInLog(stand, placed)
    },
  })
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
