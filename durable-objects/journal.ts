/**
 * An order's journal in its object's SQLite. Beside it lies what is not part of it: the address
 * (personal, erasable) and socket tickets (short-lived).
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

const TABLES = [
  `create table journal (
     seq integer primary key, saga_id text not null, at_ms integer not null, events text not null)`,
  'create table personal (id integer primary key check (id = 1), ship_to text not null)',
  'create table ticket (ticket text primary key, expires_at_ms integer not null) without rowid',
]
/** Tickets that an order may have open; more would only be hoarded. */
const TICKETS_MAX = 50

type Row = { seq: number; saga_id: string; at_ms: number; events: string }

export class Journal {
  readonly #sql: SqlStorage
  /** An object that was only asked for, and never given an order, stores nothing at all. */
  #exists: boolean

  constructor(sql: SqlStorage) {
    this.#sql = sql
    const tables = sql.exec(`select 1 from sqlite_master where name = 'journal'`).toArray()
    this.#exists = tables.length > 0
  }

  fold(): OrderState | null {
    return this.after(0).reduce<OrderState | null>(
      (order, transition) => evolveOrder(order, orderIdOf(transition.sagaId), transition),
      null,
    )
  }

  /** The transitions that follow `seq`, oldest first. */
  after(seq: number): OrderTransition[] {
    if (!this.#exists) return []
    return this.#sql
      .exec<Row>('select seq, saga_id, at_ms, events from journal where seq > ? order by seq', seq)
      .toArray()
      .map(readRow)
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
    const row = this.#sql.exec<{ ship_to: string }>('select ship_to from personal').toArray()[0]
    return row ? readShipTo(row.ship_to) : null
  }

  writeShipTo(shipTo: ShipTo): void {
    this.#create()
    const json = JSON.stringify(shipTo)
    this.#sql.exec('insert or replace into personal (id, ship_to) values (1, ?)', json)
  }

  addTicket(ticket: string, expiresAtMs: number, nowMs: number): void {
    this.#sql.exec('delete from ticket where expires_at_ms <= ?', nowMs)
    this.#sql.exec('insert into ticket (ticket, expires_at_ms) values (?, ?)', ticket, expiresAtMs)
    this.#sql.exec(
      `delete from ticket where ticket not in
         (select ticket from ticket order by expires_at_ms desc limit ?)`,
      TICKETS_MAX,
    )
  }

  /** True once per ticket, and only before it expires. */
  takeTicket(ticket: string, nowMs: number): boolean {
    if (!this.#exists) return false
    const taken = this.#sql
      .exec<{ expires_at_ms: number }>(
        'delete from ticket where ticket = ? returning expires_at_ms',
        ticket,
      )
      .toArray()[0]
    return taken !== undefined && taken.expires_at_ms > nowMs
  }

  #create(): void {
    if (this.#exists) return
    for (const table of TABLES) this.#sql.exec(table)
    this.#exists = true
  }
}

// The object wrote these rows itself; what is checked is what a newer version may write otherwise.
function readRow(row: Row): OrderTransition {
  if (!isSagaId(row.saga_id)) throw new Error(`the journal names no saga: ${row.saga_id}`)
  const events: JournalEvent[] = JSON.parse(row.events)
  return { seq: row.seq, sagaId: row.saga_id, atMs: row.at_ms, events }
}

const readShipTo = (json: string): ShipTo => JSON.parse(json)
