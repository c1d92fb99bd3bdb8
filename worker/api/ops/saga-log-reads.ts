/** What operators read of the saga log in D1. */
import { and, asc, count, eq, gt, gte, inArray, lt, max, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import * as z from 'zod'
import { type Transition, transitionSchema } from '../../../durable-objects/core/events.ts'
import { type OrderId, type SagaId, isOrderId } from '../../../durable-objects/core/ids.ts'
import { orderIdSchema, sagaIdSchema } from '../../../durable-objects/core/messages.ts'
import type { Page } from '../../domains/reads.ts'
import { isSagaOf, sagaEvent, sagaInstance } from '../../saga-log/schema.ts'
import { orderStatusSchema } from '../contract.ts'
import { fewNewestFirst, isOfFewOlderThan, isOlderThan, newestFirst } from '../newest-first.ts'
import type { SagaList, SagaListing } from './contract.ts'

/** D1 binds 100 values. */
const ORDERS_PER_QUERY_MAX = 90
/** A few dozen are usual; a saga that stayed parked for days has thousands. */
const TRANSITIONS_MAX = 20_000

/** Of sagas that have not ended, which are few however many there were. */
const OPEN_STATUSES = ['running', 'compensating', 'parked']

type SagaQuery = {
  status?: string | undefined
  /** Hex digits. */
  startsWith?: string | undefined
  after?: SagaId | undefined
  limit: number
}

export async function listSagas(
  database: D1Database,
  { status, startsWith, after, limit }: SagaQuery,
): Promise<SagaList> {
  const isOpen = status !== undefined && OPEN_STATUSES.includes(status)
  const rows = await drizzle(database)
    .select()
    .from(sagaInstance)
    .where(
      and(
        // Which its status says already; this is what their index has.
        isOpen ? sql`settled = 0` : undefined,
        status ? eq(sagaInstance.status, status) : undefined,
        startsWith === undefined ? undefined : hasIdFrom(startsWith),
        after && (isOpen ? isOfFewOlderThan(after) : isOlderThan(after)),
      ),
    )
    .orderBy(...(isOpen ? fewNewestFirst : newestFirst))
    .limit(limit + 1)
    .all()
  const sagas = rows.slice(0, limit).map(listing)
  return { sagas, next: rows.length > limit ? (sagas.at(-1)?.sagaId ?? null) : null }
}

/** By range, which the primary key answers: after the last hex digit comes `g`. */
const hasIdFrom = (digits: string) =>
  and(gte(sagaInstance.sagaId, `ord_${digits}`), lt(sagaInstance.sagaId, `ord_${digits}g`))

function listing(row: typeof sagaInstance.$inferSelect): SagaListing {
  const {
    customerId,
    summary,
    startedAtMs,
    deadlineAtMs,
    updatedAtMs,
    epoch: _,
    epochTaken: _taken,
    ...rest
  } = row
  return {
    ...rest,
    ...summary,
    orderStatus: orderStatusSchema.parse(row.orderStatus),
    customer: customerId,
    startedAt: new Date(startedAtMs).toISOString(),
    deadlineAt: new Date(deadlineAtMs).toISOString(),
    updatedAt: new Date(updatedAtMs).toISOString(),
  }
}

/** A page of the orders that D1 knows, in the order of their ids. */
export async function pageOfOrders(
  database: D1Database,
  after: OrderId | null,
  limit: number,
): Promise<Page<{ orderId: OrderId }>> {
  const rows = await drizzle(database)
    .select({ orderId: sagaInstance.sagaId })
    .from(sagaInstance)
    .where(and(gt(sagaInstance.sagaId, after ?? ''), eq(sagaInstance.sagaId, sagaInstance.orderId)))
    .orderBy(asc(sagaInstance.sagaId))
    .limit(limit)
    .all()
  const items = rows.flatMap(({ orderId }) => (isOrderId(orderId) ? [{ orderId }] : []))
  return { items, next: rows.length < limit ? null : (items.at(-1)?.orderId ?? null) }
}

/** No index tells what has moved: so many sagas are looked at, and the page ends. */
const SAGAS_LOOKED_AT = 10_000

const MOVED = `
  with looked as materialized (
    select saga_id, order_id, updated_at_ms from saga_instance
    where saga_id > ?1 order by saga_id limit ?2)
  select saga_id as sagaId, order_id as orderId, updated_at_ms >= ?3 as hasMoved,
    (select count(*) from looked) as looked
  from looked
  where updated_at_ms >= ?3 or saga_id = (select max(saga_id) from looked)
  order by saga_id limit ?4`
const movedSchema = z.array(
  z.object({
    sagaId: sagaIdSchema,
    orderId: orderIdSchema,
    hasMoved: z.int(),
    looked: z.int(),
  }),
)

/**
 * Orders of which something has happened since, in the order of their ids; `next` is the saga to go on after. An order
 * whose return has moved, too, may be at the end of a page and at the start of the next.
 */
export async function ordersMovedSince(
  database: D1Database,
  sinceMs: number,
  { after, limit }: { after: SagaId | null; limit: number },
  looksAt: number = SAGAS_LOOKED_AT,
): Promise<{ orderIds: OrderId[]; next: SagaId | null }> {
  const { results } = await database
    .prepare(MOVED)
    .bind(after ?? '', looksAt, sinceMs, limit)
    .all()
  const rows = movedSchema.parse(results)
  const moved = rows.flatMap(({ orderId, hasMoved }) => (hasMoved === 1 ? [orderId] : []))
  const last = rows.at(-1)
  const isMore = rows.length === limit || last?.looked === looksAt
  return { orderIds: [...new Set(moved)], next: (isMore && last?.sagaId) || null }
}

/** How many transitions D1 has of an order, and up to which one; `pruned`: none, on purpose. */
export type LogCopy = { count: number; lastSeq: number; pruned: boolean }
export const NO_COPY: LogCopy = { count: 0, lastSeq: 0, pruned: false }

export async function logCopiesOf(
  database: D1Database,
  orderIds: readonly OrderId[],
): Promise<Map<string, LogCopy>> {
  const copies = new Map<string, LogCopy>()
  const db = drizzle(database)
  for (let from = 0; from < orderIds.length; from += ORDERS_PER_QUERY_MAX) {
    const some = orderIds.slice(from, from + ORDERS_PER_QUERY_MAX)
    const [rows, pruned] = await db.batch([
      db
        .select({ orderId: sagaEvent.orderId, count: count(), lastSeq: max(sagaEvent.seq) })
        .from(sagaEvent)
        .where(inArray(sagaEvent.orderId, some))
        .groupBy(sagaEvent.orderId),
      db
        .select({ orderId: sagaInstance.orderId })
        .from(sagaInstance)
        .where(and(inArray(sagaInstance.sagaId, some), eq(sagaInstance.pruned, true))),
    ])
    for (const { orderId, count: held, lastSeq } of rows) {
      copies.set(orderId, { count: held, lastSeq: lastSeq ?? 0, pruned: false })
    }
    for (const { orderId } of pruned) copies.set(orderId, { ...NO_COPY, pruned: true })
  }
  return copies
}

/** Where D1 says that a saga stands. */
export type ListedSaga = Pick<
  typeof sagaInstance.$inferSelect,
  'orderId' | 'sagaId' | 'status' | 'orderStatus' | 'lastSeq' | 'epoch'
> & { settled: 0 | 1; hasGap: 0 | 1 }

const LISTED = `
  select o.value as orderId, i.saga_id as sagaId, i.status, i.order_status as orderStatus,
    i.last_seq as lastSeq, i.epoch, i.settled, i.has_gap as hasGap
  from json_each(?1) o cross join saga_instance i on ${isSagaOf('i.saga_id', 'o.value')}`

/** All sagas of the orders. */
export async function listedSagasOf(
  database: D1Database,
  orderIds: readonly OrderId[],
): Promise<Map<string, ListedSaga[]>> {
  const { results } = await database
    .prepare(LISTED)
    .bind(JSON.stringify(orderIds))
    .all<ListedSaga>()
  return Map.groupBy(results, ({ orderId }) => orderId)
}

/** By range, which the key answers: a saga's id is its order's, or that with a suffix behind `:`. */
const isOfOrder = (orderId: OrderId) =>
  and(gte(sagaInstance.sagaId, orderId), lt(sagaInstance.sagaId, `${orderId};`))

type EventRow = typeof sagaEvent.$inferSelect

const transitionOf = ({ events, ...row }: EventRow): Transition =>
  transitionSchema.parse({ ...row, events: JSON.parse(events) })

/** The first transition of an epoch's own. */
const isRestoration = (row: EventRow, epoch: number): boolean =>
  transitionOf(row).events.some(
    (event) => event.type === 'restored' && 'epoch' in event && event.epoch === epoch,
  )

export type TakenJournal = { transitions: Transition[]; epoch: number }

/**
 * What can be made out of a journal from D1: its transitions from the first one on, up to a gap.
 * A row of an older epoch than the one before it comes from a journal that was lost, and is
 * another gap; so is one of a newer epoch, if D1 lacks the restoration that its journal went on from: then
 * a row of the lost journal may stand in its place. Null: D1 has nothing of this order.
 *
 * The epoch is taken for good, used or not: D1 remembers it, so a journal that is restored and lost
 * again before D1 heard of it shares it with no other.
 */
export async function takeJournal(
  database: D1Database,
  orderId: OrderId,
): Promise<TakenJournal | null> {
  const db = drizzle(database)
  const [taken, rows] = await db.batch([
    db
      .update(sagaInstance)
      .set({ epochTaken: sql`${sagaInstance.epochTaken} + 1` })
      .where(isOfOrder(orderId))
      .returning({ epoch: sagaInstance.epochTaken }),
    db
      .select()
      .from(sagaEvent)
      .where(eq(sagaEvent.orderId, orderId))
      .orderBy(asc(sagaEvent.seq))
      .limit(TRANSITIONS_MAX),
  ])
  if (rows.length === 0) return null
  const gap = rows.findIndex(({ seq, epoch }, index) => {
    const before = rows[index - 1]?.epoch ?? epoch
    if (seq !== index + 1 || epoch < before) return true
    return epoch > before && !rows.slice(index).some((row) => isRestoration(row, epoch))
  })
  const transitions = rows.slice(0, gap === -1 ? rows.length : gap).map(transitionOf)
  const known = rows.map(({ epoch }) => epoch + 1)
  return { transitions, epoch: Math.max(...known, ...taken.map(({ epoch }) => epoch)) }
}
