/**
 * How long D1 keeps the transitions of an order. Its object keeps them for ever, in a database of its own;
 * D1's 10 GB are for all orders.
 *
 * T1. An order is pruned when all its sagas have ended, the last one began longer ago than that, D1 has
 *     every transition, and its object says that it has just these: D1 lets nothing go of which it is
 *     the only copy. Its transitions are deleted, and its sagas say so, in one transaction. What a list
 *     shows of them stays.
 * T2. Whatever brings transitions of such an order (a return, a dead letter that is sent again) ends that,
 *     in one transaction as well. Its object then finds that others are missing, and sends all.
 * T3. Orders are looked at once, from the oldest on. One that cannot be pruned by then is kept.
 */
import { answerWithin } from '../../durable-objects/clock.ts'
import { logError, logWarning } from '../../durable-objects/log.ts'
import type { JournalHead, OrderRpc } from '../../durable-objects/order-rpc.ts'
import { tryEachAtOnce } from '../at-once.ts'
import { isSagaOf } from './schema.ts'

export type RetentionVars = {
  /** Days, or `forever`. */
  SAGA_LOG_RETENTION_DAYS?: string | number
}

export type RetentionBindings = {
  SAGA_LOG_DB: D1Database
  ORDERS: { getByName(orderId: string): Pick<OrderRpc, 'journalHead'> }
}

export type Retention =
  | { kind: 'forever' }
  | { kind: 'days'; days: number }
  /** `fault`: what is to be done about it. */
  | { kind: 'faulty'; fault: string }

/** A queue keeps a message for 14 days at most, so none comes after that. */
const DAYS_MIN = 15
const DAY_MS = 86_400_000

const SAGAS_PER_PAGE = 500
/** So that a sweep takes half a minute at most. */
const PAGES_PER_SWEEP_MAX = 10
const OBJECTS_AT_ONCE = 16
/** How long an order's object may take to answer. */
const ANSWER_MS = 5_000

const READ_PAGE = `
  select order_id as orderId, started_at_ms as startedAtMs, epoch, last_seq as version,
    settled = 1 and has_gap = 0 and pruned = 0 and not exists (
      select 1 from saga_instance later
      where ${isSagaOf('later.saga_id', 'i.order_id')}
        and later.started_at_ms > ?1) as isDue
  from saga_instance i
  where started_at_ms > coalesce((select after_ms from prune_walk), 0) and started_at_ms <= ?1
  order by started_at_ms limit ?2`

// Of what the objects have said meanwhile, only if it is still so.
const MARK_PRUNED = `
  update saga_instance set pruned = 1
  where saga_id in (
    select i.saga_id from json_each(?1) o
    cross join saga_instance i on ${isSagaOf('i.saga_id', "o.value ->> 'orderId'")}
    where i.epoch = o.value ->> 'epoch' and i.last_seq = o.value ->> 'version'
      and i.settled = 1 and i.has_gap = 0)`

const DELETE_TRANSITIONS = `
  delete from saga_event
  where order_id in (
    select i.order_id from json_each(?1) o
    cross join saga_instance i on i.saga_id = o.value ->> 'orderId'
    where i.pruned = 1)`

const GO_ON = `
  insert into prune_walk (one, after_ms) values (1, ?1)
  on conflict (one) do update set after_ms = excluded.after_ms`

type Row = JournalHead & { orderId: string; startedAtMs: number; isDue: 0 | 1 }

export function retentionOf({ SAGA_LOG_RETENTION_DAYS: wanted = '' }: RetentionVars): Retention {
  const text = String(wanted).trim()
  if (text === '' || text === 'forever') return { kind: 'forever' }
  const days = Number(text)
  if (Number.isInteger(days) && days >= DAYS_MIN) return { kind: 'days', days }
  const fault =
    `SAGA_LOG_RETENTION_DAYS must be \`forever\` or a number of days, from ${DAYS_MIN} on. ` +
    'Until it is, the saga log keeps everything.'
  return { kind: 'faulty', fault }
}

/** How many sagas were pruned. Never rejects: what cannot be done now is done by the next sweep. */
export async function pruneAsSet(
  env: RetentionVars & RetentionBindings,
  nowMs: number,
): Promise<number> {
  const retention = retentionOf(env)
  if (retention.kind === 'faulty') logError('retention-faulty', { fault: retention.fault })
  if (retention.kind !== 'days') return 0
  try {
    return await prune(env, nowMs - retention.days * DAY_MS)
  } catch (error) {
    logWarning('saga-log-not-pruned', {}, error)
    return 0
  }
}

/** Those of orders whose last saga began at `untilMs` or before. */
export async function prune(env: RetentionBindings, untilMs: number): Promise<number> {
  const db = env.SAGA_LOG_DB
  let pruned = 0
  for (let page = 0; page < PAGES_PER_SWEEP_MAX; page += 1) {
    const { results } = await db.prepare(READ_PAGE).bind(untilMs, SAGAS_PER_PAGE).all<Row>()
    if (results.length === 0) break
    const held = JSON.stringify(await heldByObjects(results, env))
    const [marked] = await db.batch([
      db.prepare(MARK_PRUNED).bind(held),
      db.prepare(DELETE_TRANSITIONS).bind(held),
      db.prepare(GO_ON).bind(endOf(results)),
    ])
    pruned += marked?.meta.changes ?? 0
    if (results.length < SAGAS_PER_PAGE) break
  }
  return pruned
}

/** Those of the due orders whose objects have just what D1 has. Rejects if none of the objects answers. */
async function heldByObjects(rows: readonly Row[], { ORDERS }: RetentionBindings) {
  const due = new Map(rows.filter(({ isDue }) => isDue === 1).map((row) => [row.orderId, row]))
  const held: Row[] = []
  const silent = await tryEachAtOnce(
    [...due.values()],
    OBJECTS_AT_ONCE,
    async (row) => {
      const { orderId } = row
      const head = await answerWithin(ANSWER_MS, () => ORDERS.getByName(orderId).journalHead())
      if (head === null) logError('journal-lost', { orderId })
      else if (head.epoch === row.epoch && head.version === row.version) held.push(row)
    },
    ({ orderId }, error) => logWarning('order-not-asked', { orderId }, error),
  )
  if (silent > 0 && silent === due.size) throw new Error(`none of ${silent} orders answers`)
  return held
}

/** Up to where a page is complete: others of its last millisecond may be on the next one. */
function endOf(rows: readonly Row[]): number {
  const first = rows[0]?.startedAtMs ?? 0
  const last = rows.at(-1)?.startedAtMs ?? 0
  return rows.length < SAGAS_PER_PAGE || first === last ? last : last - 1
}
