/**
 * The orders at rest that a rollout is judged by, in its object's SQLite: the newest of both versions.
 *
 * RO7. An order counts once, as it came to rest first: its message may come again, and an order that was
 *      parked failed, whatever an operator makes of it. It may be told of for hours, so what failed is
 *      remembered for longer than it counts.
 * RO11. What counts of either version is of the same span of time (RO5), however many more orders the other
 *      one has: whichever came to rest first is forgotten first.
 */
import type { Ended } from './core/canary.ts'
import type { Rest } from './rollout-rpc.ts'

const FAILED_REMEMBERED_MAX = 20_000

type Row = { ending: Ended['ending']; took_ms: number }

export class RolloutFigures {
  readonly #sql: SqlStorage

  constructor(sql: SqlStorage) {
    this.#sql = sql
    sql.exec(`create table if not exists rest (
      seq integer primary key, saga_id text not null unique, version integer not null,
      ending text not null, took_ms integer not null, counts integer not null default 1)`)
    sql.exec(`create table if not exists failed (
      seq integer primary key, saga_id text not null unique)`)
  }

  /** `ordersMax`: so many of the newest orders, of both versions together, are kept. */
  add(rests: readonly Rest[], ordersMax: number): void {
    for (const { sagaId, version, ending, tookMs } of rests) {
      this.#sql.exec(
        `insert into rest (saga_id, version, ending, took_ms) select ?1, ?2, ?3, ?4
         where not exists (select 1 from failed where saga_id = ?1)
         on conflict (saga_id) do nothing`,
        sagaId,
        version,
        ending,
        tookMs,
      )
      if (ending === 'failed') {
        const remember = 'insert into failed (saga_id) values (?) on conflict (saga_id) do nothing'
        this.#sql.exec(remember, sagaId)
      }
    }
    this.#keepNewest('rest', ordersMax)
    this.#keepNewest('failed', FAILED_REMEMBERED_MAX)
  }

  /** `seq` goes up by one each time. */
  #keepNewest(table: 'rest' | 'failed', max: number): void {
    this.#sql.exec(`delete from ${table} where seq <= (select max(seq) from ${table}) - ?`, max)
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
