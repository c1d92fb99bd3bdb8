/**
 * An order's journal, a table of its object. Beside it lies what is not part of it: the address
 * (personal, erasable) and socket tickets (short-lived). Both are values by key: a table of their own
 * would cost each order two rows written before there is anything in it.
 *
 * Everything here is synchronous: what is called without an await in between commits together.
 */
import type { ShipTo } from '../worker/api/contract.ts'
import { isSagaId, orderIdOf } from './core/ids.ts'
import {
  type JournalEvent,
  type OrderState,
  type OrderTransition,
  evolveOrder,
} from './order/state.ts'

const TABLE = `create table journal (
  seq integer primary key, saga_id text not null, at_ms integer not null, events text not null)`
const SHIP_TO_KEY = 'ship-to'
/** Followed by the ticket; the value is when it expires, in milliseconds. */
const TICKET_PREFIX = 'ticket/'
/** Tickets that an order may have open; more would only be hoarded. */
const TICKETS_MAX = 50

type Row = { seq: number; saga_id: string; at_ms: number; events: string }

export class Journal {
  readonly #sql: SqlStorage
  readonly #kv: SyncKvStorage
  /** An object that was only asked for, and never given an order, stores nothing at all. */
  #exists: boolean

  constructor({ sql, kv }: DurableObjectStorage) {
    this.#sql = sql
    this.#kv = kv
    const tables = sql
      .exec<{ name: string }>(
        `select name from sqlite_master where name in ('journal', 'personal')`,
      )
      .toArray()
      .map(({ name }) => name)
    this.#exists = tables.includes('journal')
    if (tables.includes('personal')) this.#leaveOldTables()
  }

  /** Row by row: an object shares its memory with others. */
  fold(): OrderState | null {
    let order: OrderState | null = null
    for (const row of this.#rowsAfter(0)) {
      const transition = readRow(row)
      order = evolveOrder(order, orderIdOf(transition.sagaId), transition)
    }
    return order
  }

  /** The transitions that follow `seq`, oldest first. */
  after(seq: number): OrderTransition[] {
    return [...this.#rowsAfter(seq)].map(readRow)
  }

  #rowsAfter(seq: number): Iterable<Row> {
    if (!this.#exists) return []
    return this.#sql.exec<Row>(
      'select seq, saga_id, at_ms, events from journal where seq > ? order by seq',
      seq,
    )
  }

  /** Of the last transition; 0 before the first. */
  lastSeq(): number {
    if (!this.#exists) return 0
    return this.#sql.exec<{ seq: number }>('select coalesce(max(seq), 0) as seq from journal').one()
      .seq
  }

  /** One row per transition (J1). A `seq` that is taken throws: two writers would be a bug. */
  append({ seq, sagaId, atMs, events }: OrderTransition): void {
    this.#create()
    this.#sql.exec(
      'insert into journal (seq, saga_id, at_ms, events) values (?, ?, ?, ?)',
      seq,
      sagaId,
      atMs,
      JSON.stringify(events),
    )
  }

  shipTo(): ShipTo | null {
    if (!this.#exists) return null
    return this.#kv.get<ShipTo>(SHIP_TO_KEY) ?? null
  }

  writeShipTo(shipTo: ShipTo): void {
    this.#create()
    this.#kv.put(SHIP_TO_KEY, shipTo)
  }

  addTicket(ticket: string, expiresAtMs: number, nowMs: number): void {
    const newestFirst = [...this.#kv.list<number>({ prefix: TICKET_PREFIX })].toSorted(
      ([, one], [, other]) => other - one,
    )
    for (const [place, [key, endMs]] of newestFirst.entries()) {
      if (endMs <= nowMs || place >= TICKETS_MAX - 1) this.#kv.delete(key)
    }
    this.#kv.put(TICKET_PREFIX + ticket, expiresAtMs)
  }

  /** True once per ticket, and only before it expires. */
  takeTicket(ticket: string, nowMs: number): boolean {
    const key = TICKET_PREFIX + ticket
    const expiresAtMs = this.#kv.get<number>(key)
    if (expiresAtMs === undefined) return false
    this.#kv.delete(key)
    return expiresAtMs > nowMs
  }

  #create(): void {
    if (this.#exists) return
    this.#sql.exec(TABLE)
    this.#exists = true
  }

  /** Of an order from before ADR 31. A ticket that was open is asked for again by its page. */
  #leaveOldTables(): void {
    const [old] = this.#sql.exec<{ ship_to: string }>('select ship_to from personal').toArray()
    if (old) this.#kv.put(SHIP_TO_KEY, JSON.parse(old.ship_to))
    this.#sql.exec('drop table personal')
    this.#sql.exec('drop table ticket')
  }
}

// The object wrote these rows itself; what is checked is what a newer version may write otherwise.
function readRow(row: Row): OrderTransition {
  if (!isSagaId(row.saga_id)) throw new Error(`the journal names no saga: ${row.saga_id}`)
  const events: JournalEvent[] = JSON.parse(row.events)
  return { seq: row.seq, sagaId: row.saga_id, atMs: row.at_ms, events }
}
