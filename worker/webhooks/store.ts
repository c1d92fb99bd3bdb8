/** The SQL of deliveries: recorded, claimed, ended, due. Endpoints are in endpoint-store.ts. */
import { inArray } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { Outcome } from './deliver.ts'
import type { OrderEvent } from './events.ts'
import type { Claim, DeliveryMessage, DueRow } from './message.ts'
import { webhookEndpoint } from './schema.ts'

/** Who has a delivery in hand has it for so long; then it is due again. */
export const LEASE_MS = 120_000
/** So that one endpoint with a long backlog does not hold up the others. */
const DUE_PER_ENDPOINT_MAX = 200

// Endpoints first: without any, no row is read. What a lost journal tells of late the log has not taken (S4).
const RECORD = `
  insert into webhook_delivery (endpoint_id, event_id, type, order_id, payload, created_at_ms,
    attempt, next_at_ms, status)
  select e.id, v.value->>'id', v.value->>'type', v.value->>'orderId', v.value->>'payload', ?2,
    0, ?3, 'pending'
  from webhook_endpoint e cross join json_each(?1) v
  where e.status <> 'gone' and e.created_at_ms <= v.value->>'sagaStartedAtMs'
    and v.value->>'type' in (select value from json_each(e.events))
    and exists (select 1 from saga_instance i
      where i.saga_id = v.value->>'sagaId' and i.epoch = v.value->>'epoch')
  on conflict (endpoint_id, event_id) do nothing
  returning endpoint_id, event_id, attempt`

// Whoever comes second finds the attempt counted.
const CLAIM = `
  update webhook_delivery set attempt = webhook_delivery.attempt + 1, next_at_ms = ?2
  from json_each(?1) m cross join webhook_endpoint e
  where webhook_delivery.endpoint_id = m.value->>'endpointId'
    and webhook_delivery.event_id = m.value->>'eventId'
    and webhook_delivery.attempt = m.value->>'attempt'
    and webhook_delivery.status = 'pending'
    and e.id = webhook_delivery.endpoint_id and e.status = 'active'
  returning endpoint_id, event_id, attempt, replayed_at_ms, payload`

// A replay may have begun it anew meanwhile, and an attempt of the same number be under way again; or
// somebody else have delivered it.
const END = `
  update webhook_delivery set status = ?4, next_at_ms = ?5, last_status = ?6, last_error = ?7,
    delivered_at_ms = ?8
  where endpoint_id = ?1 and event_id = ?2 and attempt = ?3 and status = 'pending'
    and replayed_at_ms is ?9`

// V3. An operator may have changed its address while the old one was asked.
const LEAVE_ALONE = `
  update webhook_endpoint set status = 'gone' where id = ?1 and status = 'active' and url = ?2`

const TAKE_DUE = `
  update webhook_delivery set next_at_ms = ?2
  where (endpoint_id, event_id) in (
    select d.endpoint_id, d.event_id
    from webhook_endpoint e cross join webhook_delivery d on d.endpoint_id = e.id
    where e.status = 'active' and d.event_id in (
      select event_id from webhook_delivery
      where endpoint_id = e.id and status = 'pending' and next_at_ms <= ?1
      order by next_at_ms limit ?3))
  returning endpoint_id, event_id, attempt`

/** To be written with what the saga log says of the events; answers with what is new. */
export function recordStatements(
  database: D1Database,
  events: readonly OrderEvent[],
  nowMs: number,
): D1PreparedStatement[] {
  if (events.length === 0) return []
  return [database.prepare(RECORD).bind(JSON.stringify(events), nowMs, nowMs + LEASE_MS)]
}

/** Those of the messages that nobody has claimed before, each counted as an attempt. */
export async function claimDeliveries(
  database: D1Database,
  messages: readonly DeliveryMessage[],
  nowMs: number,
): Promise<Claim[]> {
  const { results } = await database
    .prepare(CLAIM)
    .bind(JSON.stringify(messages), nowMs + LEASE_MS)
    .all<DueRow & { replayed_at_ms: number | null; payload: string }>()
  if (results.length === 0) return []
  const ids = [...new Set(results.map(({ endpoint_id }) => endpoint_id))]
  const endpoints = await drizzle(database)
    .select()
    .from(webhookEndpoint)
    .where(inArray(webhookEndpoint.id, ids))
  return results.flatMap(({ endpoint_id, event_id: eventId, replayed_at_ms, attempt, payload }) => {
    const endpoint = endpoints.find(({ id }) => id === endpoint_id)
    return endpoint ? [{ endpoint, eventId, attempt, replayedAtMs: replayed_at_ms, payload }] : []
  })
}

export async function endDelivery(
  database: D1Database,
  { endpoint, eventId, attempt, replayedAtMs }: Claim,
  outcome: Outcome,
  nowMs: number,
): Promise<void> {
  const isDelivered = outcome.kind === 'delivered'
  const status = isDelivered ? 'delivered' : outcome.kind === 'retry' ? 'pending' : 'dead'
  const statement = database
    .prepare(END)
    .bind(
      endpoint.id,
      eventId,
      attempt,
      status,
      outcome.kind === 'retry' ? outcome.nextAtMs : nowMs,
      outcome.status,
      outcome.error,
      isDelivered ? nowMs : null,
      replayedAtMs,
    )
  const ofEndpoint = database.prepare(LEAVE_ALONE).bind(endpoint.id, endpoint.url)
  await database.batch(outcome.kind === 'gone' ? [statement, ofEndpoint] : [statement])
}

/** Takes what is due in hand: it is due again when the lease has ended. */
export async function takeDue(database: D1Database, nowMs: number): Promise<DueRow[]> {
  const { results } = await database
    .prepare(TAKE_DUE)
    .bind(nowMs, nowMs + LEASE_MS, DUE_PER_ENDPOINT_MAX)
    .all<DueRow>()
  return results
}
