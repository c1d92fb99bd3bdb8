/** What the databases say about an order: read before its object is asked (A2). */
import type { OrderId } from '../../../../durable-objects/core/ids.ts'
import {
  DOMAINS,
  type Domain,
  type HoldState,
  type PaymentRecord,
  type Page,
  readsOf,
} from '../../../domains/reads.ts'
import { type ApiBindings, ask } from '../../ports.ts'
import {
  type ListedSaga,
  type LogCopy,
  NO_COPY,
  listedSagasOf,
  logCopiesOf,
  pageOfOrders,
} from '../saga-log-reads.ts'

export type Evidence = {
  holds: { domain: Domain; state: HoldState }[]
  payment: PaymentRecord | undefined
  log: LogCopy
  /** The order's sagas as D1 lists them. */
  listed: ListedSaga[]
}

/** Of an order that no database knows any more. */
export const NO_EVIDENCE: Evidence = { holds: [], payment: undefined, log: NO_COPY, listed: [] }

export type EvidencePage = { orders: Map<OrderId, Evidence>; next: OrderId | null }

/**
 * Evidence on the next orders that any of the databases knows of. Each gives a page of its own,
 * so together they are complete up to where the shortest one ends. The inventory was asked for the stock of each order:
 * it knows those that have come to nothing, too.
 */
export async function readEvidence(
  env: ApiBindings,
  after: OrderId | null,
  limit: number,
): Promise<EvidencePage> {
  const [logged, asked, payments, ...holds] = await Promise.all([
    ask('saga-log', () => pageOfOrders(env.SAGA_LOG_DB, after, limit)),
    ask('inventory', () => env.INVENTORY.orderIds(after, limit)),
    ask('payments', () => env.PAYMENTS.payments(after, limit)),
    ...DOMAINS.map((domain) => ask(domain, () => readsOf(env, domain).holds(after, limit))),
  ])
  const pages: Page<{ orderId: OrderId }>[] = [logged, asked, payments, ...holds]
  const next = pages.map((page) => page.next).reduce(earlier)
  const ids = pages
    .flatMap(({ items }) => items.map(({ orderId }) => orderId))
    .filter((orderId) => next === null || orderId <= next)
  const orderIds = [...new Set(ids)].toSorted()
  const [copies, listed] = await Promise.all([
    ask('saga-log', () => logCopiesOf(env.SAGA_LOG_DB, orderIds)),
    ask('saga-log', () => listedSagasOf(env.SAGA_LOG_DB, orderIds)),
  ])
  const evidenceOf = (orderId: OrderId): Evidence => ({
    holds: DOMAINS.flatMap((domain, index) => {
      const hold = holds[index]?.items.find((it) => it.orderId === orderId)
      return hold ? [{ domain, state: hold.state }] : []
    }),
    payment: payments.items.find((it) => it.orderId === orderId),
    log: copies.get(orderId) ?? NO_COPY,
    listed: listed.get(orderId) ?? [],
  })
  return { orders: new Map(orderIds.map((orderId) => [orderId, evidenceOf(orderId)])), next }
}

export const earlier = (a: OrderId | null, b: OrderId | null): OrderId | null => {
  if (a === null || b === null) return a ?? b
  return a < b ? a : b
}
