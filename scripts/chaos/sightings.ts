/**
 * What one client sees of its order, held against what it saw before. Pure.
 *
 * S1. An order's status moves along its DAG: what is confirmed, failed, cancelled or returned
 *     never becomes anything earlier, and failed, cancelled and returned are ends.
 * S2. Versions never shrink, and one version is one state.
 * S3. The order is the one that was asked for.
 */
import type { OrderRequest, OrderStatus, OrderView } from '../../worker/api/contract.ts'

const LATER: Record<OrderStatus, readonly OrderStatus[]> = {
  pending: ['confirmed', 'failed', 'cancelled', 'returned'],
  confirmed: ['returned'],
  failed: [],
  cancelled: [],
  returned: [],
}

const told = ({ status, settled, version }: OrderView): string =>
  `${status}${settled ? ', settled,' : ''} at version ${version}`

/** What is wrong with seeing `now` after `before`, or null. */
export function wrongAfter(before: OrderView, now: OrderView): string | null {
  if (now.id !== before.id) return `${before.id} became ${now.id}`
  const isSame = now.status === before.status && now.settled === before.settled
  const mayFollow = now.status === before.status || LATER[before.status].includes(now.status)
  const isRight =
    now.version > before.version ? mayFollow : now.version === before.version && isSame
  return isRight ? null : `${now.id} was ${told(before)}, then ${told(now)}`
}

/** What the order has of the request, as text. */
const essence = ({ lines, coupon, points, payment }: OrderRequest | OrderView): string =>
  JSON.stringify([
    lines.map(({ sku, quantity }) => [sku, quantity]),
    coupon ?? null,
    points ?? null,
    payment.token,
  ])

export const isAsAsked = (order: OrderView, asked: OrderRequest): boolean =>
  essence(order) === essence(asked)

/** From when to when something of the order moved, by its own journal. */
export type Unrest = { fromMs: number; toMs: number | null }

const timesOf = (order: OrderView, side: 'startedAt' | 'endedAt'): number[] =>
  order.steps.flatMap(({ [side]: at }) => (at === undefined ? [] : [Date.parse(at)]))

/**
 * An order is restless from its placing to its end, and again while it is returned. `known` is
 * what the sightings before this one said.
 */
export function unrestOf(order: OrderView, known: readonly Unrest[]): Unrest[] {
  const last = known.at(-1) ?? { fromMs: Date.parse(order.placedAt), toMs: null }
  const before = known.slice(0, -1)
  const endMs = Math.max(Date.parse(order.placedAt), ...timesOf(order, 'endedAt'))
  const toMs = order.settled ? endMs : null
  if (last.toMs === null) return [...before, { ...last, toMs }]
  if (toMs === last.toMs) return [...before, last]
  // The steps of a return all begin with it.
  return [...before, last, { fromMs: Math.max(...timesOf(order, 'startedAt')), toMs }]
}
