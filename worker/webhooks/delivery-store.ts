/** Deliveries as operators see them: listed, asked for, and sent again. */
import { and, desc, eq, gte, sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Operator } from './endpoint-store.ts'
import { TEST_TYPE, testPayload } from './events.ts'
import type { DueRow } from './message.ts'
import { type Delivery, type Endpoint, webhookDelivery } from './schema.ts'
import { LEASE_MS } from './store.ts'

export const REPLAYED_AT_ONCE_MAX = 500

type DeliveryQuery = {
  status?: Delivery['status'] | undefined
  after?: string | undefined
  limit: number
}

export async function listDeliveries(
  database: D1Database,
  endpointId: string,
  { status, after, limit }: DeliveryQuery,
): Promise<{ deliveries: Delivery[]; next: string | null }> {
  const rows = await drizzle(database)
    .select()
    .from(webhookDelivery)
    .where(
      and(
        eq(webhookDelivery.endpointId, endpointId),
        status && is(status),
        // Always so: it leads to the index of those that are due at some time.
        status === 'pending' ? gte(webhookDelivery.nextAtMs, 0) : undefined,
        after === undefined ? undefined : isOlderThan(endpointId, after),
      ),
    )
    .orderBy(...(status === 'pending' ? fewNewestFirst : newestFirst))
    .limit(limit + 1)
  const deliveries = rows.slice(0, limit)
  return { deliveries, next: rows.length > limit ? (deliveries.at(-1)?.eventId ?? null) : null }
}

/** Spelt out: an index that has only these is not looked at for a status that is bound. */
const is = (status: Delivery['status']) => sql`status = ${sql.raw(`'${status}'`)}`

const newestFirst = [desc(webhookDelivery.createdAtMs), desc(webhookDelivery.eventId)]
/** The same, sorted once they are found, instead of looked for among all that were delivered. */
const fewNewestFirst = [
  sql`+${webhookDelivery.createdAtMs} desc`,
  sql`+${webhookDelivery.eventId} desc`,
]

/** Nothing, where there is no such delivery. */
const isOlderThan = (endpointId: string, eventId: string) => sql`
  (${webhookDelivery.createdAtMs}, ${webhookDelivery.eventId}) <
  (select created_at_ms, event_id from webhook_delivery
    where endpoint_id = ${endpointId} and event_id = ${eventId})`

/** A new event for this endpoint alone, in hand already. */
export async function recordTest(
  database: D1Database,
  { id: endpointId }: Endpoint,
  nowMs: number,
): Promise<Delivery> {
  return drizzle(database)
    .insert(webhookDelivery)
    .values({
      endpointId,
      eventId: `test_${crypto.randomUUID()}`,
      type: TEST_TYPE,
      payload: testPayload(endpointId, nowMs),
      createdAtMs: nowMs,
      attempt: 0,
      nextAtMs: nowMs + LEASE_MS,
      status: 'pending',
    })
    .returning()
    .get()
}

const begunAnew = ({ by, reason }: Operator, nowMs: number) => ({
  status: 'pending' as const,
  attempt: 0,
  nextAtMs: nowMs + LEASE_MS,
  deliveredAtMs: null,
  replayedAtMs: nowMs,
  replayedBy: by,
  replayReason: reason,
})

/** Whatever became of it before. Undefined: there is no such delivery. */
export const replayDelivery = (
  database: D1Database,
  { endpointId, eventId }: Pick<Delivery, 'endpointId' | 'eventId'>,
  operator: Operator,
  nowMs: number,
): Promise<Delivery | undefined> =>
  drizzle(database)
    .update(webhookDelivery)
    .set(begunAnew(operator, nowMs))
    .where(and(eq(webhookDelivery.endpointId, endpointId), eq(webhookDelivery.eventId, eventId)))
    .returning()
    .get()

/** Dead ones, the oldest first, and so many at most. */
export async function replayDead(
  database: D1Database,
  endpointId: string,
  operator: Operator,
  nowMs: number,
): Promise<Delivery[]> {
  return drizzle(database)
    .update(webhookDelivery)
    .set(begunAnew(operator, nowMs))
    .where(
      and(
        eq(webhookDelivery.endpointId, endpointId),
        sql`${webhookDelivery.eventId} in (
          select event_id from webhook_delivery
          where endpoint_id = ${endpointId} and status = 'dead'
          order by created_at_ms, event_id limit ${REPLAYED_AT_ONCE_MAX})`,
      ),
    )
    .returning()
}

export const dueRowOf = ({ endpointId, eventId, attempt }: Delivery): DueRow => ({
  endpoint_id: endpointId,
  event_id: eventId,
  attempt,
})
