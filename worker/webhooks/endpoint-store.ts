/** Endpoints in D1: registered, changed, their secrets replaced, removed. */
import { and, asc, eq } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/d1'
import type { EventType } from './events.ts'
import { type Endpoint, webhookDelivery, webhookEndpoint } from './schema.ts'
import { SECRETS_MAX, newSecret, rotated } from './signature.ts'

const ENDPOINTS_MAX = 20
const ID_BYTES = 12
/** As many at once as secrets can sign: of those that collide, one gets through each time. */
const ROTATION_TRIES_MAX = SECRETS_MAX

/** Who changes it, and why. */
export type Operator = { by: string; reason: string }

export const listEndpoints = (database: D1Database): Promise<Endpoint[]> =>
  drizzle(database)
    .select()
    .from(webhookEndpoint)
    .orderBy(asc(webhookEndpoint.createdAtMs), asc(webhookEndpoint.id))

export const findEndpoint = (database: D1Database, id: string): Promise<Endpoint | undefined> =>
  drizzle(database).select().from(webhookEndpoint).where(eq(webhookEndpoint.id, id)).get()

export type Registration =
  | { kind: 'registered'; endpoint: Endpoint }
  | { kind: 'exists'; id: string }
  | { kind: 'too-many' }

// Counted where it is written: of two at once, one may be the last that there is room for.
const REGISTER = `
  insert into webhook_endpoint (id, url, events, secret, status, created_at_ms, changed_at_ms,
    changed_by, change_reason)
  select ?1, ?2, ?3, ?4, 'active', ?5, ?5, ?6, ?7
  where (select count(*) from webhook_endpoint) < ?8
  on conflict (url) do nothing`

export async function registerEndpoint(
  database: D1Database,
  { url, events }: { url: string; events: readonly EventType[] },
  { by, reason }: Operator,
  nowMs: number,
): Promise<Registration> {
  const id = newId()
  await database
    .prepare(REGISTER)
    .bind(id, url, JSON.stringify(events), newSecret(), nowMs, by, reason, ENDPOINTS_MAX)
    .run()
  const found = await byUrl(database, url)
  if (!found) return { kind: 'too-many' }
  return found.id === id
    ? { kind: 'registered', endpoint: found }
    : { kind: 'exists', id: found.id }
}

const byUrl = (database: D1Database, url: string): Promise<Endpoint | undefined> =>
  drizzle(database).select().from(webhookEndpoint).where(eq(webhookEndpoint.url, url)).get()

export type Change = {
  url?: string | undefined
  events?: EventType[] | undefined
  status?: 'active' | 'paused' | undefined
}
export type Changed =
  | { kind: 'changed'; endpoint: Endpoint }
  | { kind: 'exists'; id: string }
  | { kind: 'not-found' }

const changedBy = ({ by, reason }: Operator, nowMs: number) => ({
  changedAtMs: nowMs,
  changedBy: by,
  changeReason: reason,
})

export async function changeEndpoint(
  database: D1Database,
  id: string,
  change: Change,
  operator: Operator,
  nowMs: number,
): Promise<Changed> {
  const other = change.url === undefined ? undefined : await byUrl(database, change.url)
  if (other && other.id !== id) return { kind: 'exists', id: other.id }
  const endpoint = await drizzle(database)
    .update(webhookEndpoint)
    .set({ ...change, ...changedBy(operator, nowMs) })
    .where(eq(webhookEndpoint.id, id))
    .returning()
    .get()
  return endpoint ? { kind: 'changed', endpoint } : { kind: 'not-found' }
}

/**
 * The endpoint with its new secret, or undefined where there is none. Each that is shown signs for
 * its day: who comes second of two at once replaces what the first has made.
 */
export async function rotateSecret(
  database: D1Database,
  id: string,
  operator: Operator,
  nowMs: number,
): Promise<Endpoint | undefined> {
  for (let tries = 0; tries < ROTATION_TRIES_MAX; tries += 1) {
    const before = await findEndpoint(database, id)
    if (!before) return undefined
    const after = await drizzle(database)
      .update(webhookEndpoint)
      .set({ ...rotated(before, newSecret(), nowMs), ...changedBy(operator, nowMs) })
      .where(and(eq(webhookEndpoint.id, id), eq(webhookEndpoint.secret, before.secret)))
      .returning()
      .get()
    if (after) return after
  }
  throw new Error(`the secret of ${id} is being replaced by too many at once`)
}

/** A statement that deletes all that an endpoint ever heard of would be more than D1 does at once. */
export const DELIVERIES_PER_PART = 1_000
const PARTS_MAX = 200

const FORGET_SOME = `
  delete from webhook_delivery where endpoint_id = ?1 and event_id in (
    select event_id from webhook_delivery where endpoint_id = ?1 limit ?2)`

/** `unfinished`: nothing is sent to it any more, and the next call goes on. */
export type Removed = 'removed' | 'unfinished' | 'not-found'

/** With all its deliveries: they go first, since what is left of them is found by it. */
export async function removeEndpoint(
  database: D1Database,
  id: string,
  operator: Operator,
  nowMs: number,
  partsMax = PARTS_MAX,
): Promise<Removed> {
  const db = drizzle(database)
  const left = await db
    .update(webhookEndpoint)
    .set({ status: 'gone', ...changedBy(operator, nowMs) })
    .where(eq(webhookEndpoint.id, id))
    .returning()
  if (left.length === 0) return 'not-found'
  for (let part = 0; part < partsMax; part += 1) {
    const { meta } = await database.prepare(FORGET_SOME).bind(id, DELIVERIES_PER_PART).run()
    if (meta.changes < DELIVERIES_PER_PART) {
      await db.batch([
        db.delete(webhookEndpoint).where(eq(webhookEndpoint.id, id)),
        // Recorded since, if another operator has made it active meanwhile.
        db.delete(webhookDelivery).where(eq(webhookDelivery.endpointId, id)),
      ])
      return 'removed'
    }
  }
  return 'unfinished'
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(ID_BYTES))
  return `we_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}
