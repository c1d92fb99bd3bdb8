/**
 * The orders at rest that a rollout is judged by, in its object's SQLite: the newest of each version.
 *
 * RO7. An order counts once, as it came to rest first: its message may come again, and an order that was
 *      parked failed, whatever an operator makes of it.
 */
import type { Ended } from './core/canary.ts'
import type { Rest } from './rollout-rpc.ts'

/** Of each version. More would say no more. */
const ORDERS_MAX = 1_000

type Row = { ending: Ended['ending']; took_ms: number }

export class RolloutFigures {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(`create table if not exists rest (
      seq integer primary key, saga_id text not null unique, version integer not null,
      ending text not null, took_ms integer not null, counts integer not null default 1)`)
  }

  add(rests: readonly Rest[]): void {
    for (const { sagaId, version, ending, tookMs } of rests) {
      this.#sql.exec(
        `insert into rest (saga_id, version, ending, took_ms) values (?, ?, ?, ?)
         on conflict (saga_id) do nothing`,
        sagaId,
        version,
        ending,
        tookMs,
      )
    }
    for (const version of new Set(rests.map((rest) => rest.version))) {
      this.#sql.exec(
        `delete from rest where version = ?1 and seq <= (
           select seq from rest where version = ?1 order by seq desc limit 1 offset ?2)`,
        version,
        ORDERS_MAX,
      )
    }
  }

  of(version: number): Ended[] {
    return this.#sql
      .exec<Row>('select ending, took_ms from rest where version = ? and counts = 1', version)
      .toArray()
      .map(({ ending, took_ms: tookMs }) => ({ ending, tookMs }))
  }

  /** From here on: those so far stay known, so that their messages still count for nothing. */
  countAnew(): void {
    this.#sql.exec('update rest set counts = 0 where counts = 1')
  }
}
