/**
 * The saga log's SQL. Bulk writes go by `json_each`: D1 allows 100 bound parameters. What is given comes before the
 * table that it is looked up in (`cross join`): SQLite may take the table for small, where it was told so long ago.
 */
import type { OrderId } from '../../durable-objects/core/ids.ts'
import type { SagaLogMessage } from '../../durable-objects/saga-log/message.ts'
import { isSagaOf } from './schema.ts'

/**
 * Of each row that `json_each(?1)` gives, by path from the whole, which SQLite keeps parsed: a `value`
 * would be written out and parsed again for each field.
 */
const fields = (...names: string[]): string =>
  names.map((name) => `?1 ->> (fullkey || '.${name}')`).join(', ')

// Once D1 knows of a restored journal, nothing of the lost one is news: not even where D1 has let go of its rows.
const WRITE_EVENTS = `
  insert into saga_event (order_id, seq, epoch, saga_id, at_ms, events, trace_id)
  select ${fields('orderId', 'seq', 'epoch', 'sagaId', 'atMs')},
    ?1 -> (fullkey || '.events'), ${fields('traceId')}
  from json_each(?1)
  where not exists (
    select 1 from saga_instance i
    where i.saga_id = ${fields('orderId')} and i.epoch > ${fields('epoch')})
  on conflict (order_id, seq) do update set
    epoch = excluded.epoch, saga_id = excluded.saga_id, at_ms = excluded.at_ms,
    events = excluded.events, trace_id = excluded.trace_id
  where excluded.epoch > saga_event.epoch`

// What lies below a newer row stays: until that journal has sent its own, it is the only copy.
// Orders that were never restored are passed over by one look at their rows.
const DELETE_STALE_EVENTS = `
  delete from saga_event
  where order_id in (
      select value from json_each(?1)
      where (select max(epoch) from saga_event e where e.order_id = value) > 1)
    and exists (
      select 1 from saga_event newer
      where newer.order_id = saga_event.order_id
        and newer.seq < saga_event.seq and newer.epoch > saga_event.epoch)`

// `where true` keeps SQLite from reading "on conflict" as a join's condition.
const UPSERT_INSTANCES = `
  insert into saga_instance (saga_id, order_id, definition, version, status, customer_id,
    order_status, settled, summary, started_at_ms, deadline_at_ms, updated_at_ms, last_seq,
    epoch, trace_id, failure_code)
  select ${fields(
    'sagaId',
    'orderId',
    'definition',
    'version',
    'status',
    'customer',
    'orderStatus',
    'settled',
    'summary',
    'startedAtMs',
    'deadlineAtMs',
    'updatedAtMs',
    'lastSeq',
    'epoch',
    'traceId',
    'failureCode',
  )}
  from json_each(?1) where true
  on conflict (saga_id) do update set
    status = excluded.status, order_status = excluded.order_status, settled = excluded.settled,
    updated_at_ms = excluded.updated_at_ms, last_seq = excluded.last_seq,
    epoch = excluded.epoch, failure_code = excluded.failure_code
  where (excluded.epoch, excluded.last_seq) > (saga_instance.epoch, saga_instance.last_seq)`

// A saga that a restored journal begins again has the row of the lost one's, if that is still there. Apart from the
// upsert, since indexes have the time: what an upsert might set costs a row in each.
const BEGUN_AGAIN = ['startedAtMs', 'deadlineAtMs', 'version', 'traceId']
const BEGIN_AGAIN = `
  update saga_instance
  set (started_at_ms, deadline_at_ms, version, trace_id) = (${fields(...BEGUN_AGAIN)})
  from json_each(?1)
  where saga_id in (
      select ${fields('sagaId')} from json_each(?1) where ${fields('sagaId')} <> ${fields('orderId')})
    and (saga_id, epoch) = (${fields('sagaId', 'epoch')})
    and (started_at_ms, deadline_at_ms, version, trace_id) <> (${fields(...BEGUN_AGAIN)})`

// A message names all sagas of its order. One that only a lost journal had is left behind by it, or comes late.
const DELETE_STALE_INSTANCES = `
  delete from saga_instance where saga_id in (
    select i.saga_id from json_each(?1) o
    cross join saga_instance i on ${isSagaOf('i.saga_id', 'o.value')}
    where i.epoch < (select max(n.epoch) from saga_instance n
      where ${isSagaOf('n.saga_id', 'o.value')}))`

// All sagas of the orders: what fills a gap may have been sent before the last of them began.
// Only rows whose answer changes are written. An order that was pruned has transitions again.
const HAS_GAP = `last_seq <>
      (select count(*) from saga_event e where e.order_id = saga_instance.order_id)`
const MARK_GAPS = `
  update saga_instance set has_gap = ${HAS_GAP}, pruned = 0
  where saga_id in (
      select i.saga_id from json_each(?1) o
      cross join saga_instance i on ${isSagaOf('i.saga_id', 'o.value')})
    and (pruned = 1 or has_gap <> (${HAS_GAP}))`

/** What one message adds to the log; the rows as JSON, made once. */
export type LogRows = {
  orderId: OrderId
  events: readonly string[]
  instances: readonly string[]
}

export function rowsOf(message: SagaLogMessage): LogRows {
  const { orderId, epoch, sagas } = message
  const events = message.transitions.map((transition) => {
    const saga = sagas.find(({ sagaId }) => sagaId === transition.sagaId)
    return JSON.stringify({ ...transition, orderId, epoch, traceId: saga?.traceId ?? '' })
  })
  const instances = instanceRows(message).map((row) => JSON.stringify(row))
  return { orderId, events, instances }
}

export function sagaLogStatements(db: D1Database, rows: readonly LogRows[]): D1PreparedStatement[] {
  const orderIds = JSON.stringify([...new Set(rows.map(({ orderId }) => orderId))])
  const instances = arrayOf(rows.flatMap((row) => row.instances))
  return [
    db.prepare(UPSERT_INSTANCES).bind(instances),
    db.prepare(BEGIN_AGAIN).bind(instances),
    db.prepare(DELETE_STALE_INSTANCES).bind(orderIds),
    db.prepare(WRITE_EVENTS).bind(arrayOf(rows.flatMap(({ events }) => events))),
    db.prepare(DELETE_STALE_EVENTS).bind(orderIds),
    db.prepare(MARK_GAPS).bind(orderIds),
  ]
}

const arrayOf = (items: readonly string[]): string => `[${items.join(',')}]`

function instanceRows(message: SagaLogMessage) {
  return message.sagas.map((saga) => ({
    sagaId: saga.sagaId,
    orderId: message.orderId,
    definition: saga.definition.name,
    version: saga.definition.version,
    status: saga.status,
    customer: message.customer,
    orderStatus: message.orderStatus,
    settled: message.settled ? 1 : 0,
    summary: JSON.stringify(message.summary),
    startedAtMs: saga.startedAtMs,
    deadlineAtMs: saga.deadlineAtMs,
    updatedAtMs: message.updatedAtMs,
    lastSeq: message.version,
    epoch: message.epoch,
    traceId: saga.traceId,
    failureCode: saga.failureCode,
  }))
}
