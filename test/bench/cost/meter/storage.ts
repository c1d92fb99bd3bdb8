/**
 * Rows that an object's SQLite read and wrote, by its own cursors. An alarm that is set is a row
 * written, and so is a value that is put or deleted by key. What is not counted throws, so that no cost
 * goes unnoticed.
 */
import type { Tally } from '../counts.ts'

const NOT_COUNTED = ['get', 'put', 'delete', 'deleteAll', 'list', 'transaction'] as const

const KV_COSTS = [
  ['get', 'object rows read'],
  ['put', 'object rows written'],
  ['delete', 'object rows written'],
] as const

export function meterStorage(storage: DurableObjectStorage, tally: Tally): void {
  meterSql(storage.sql, tally)
  meterKv(storage.kv, tally)
  const setAlarm = storage.setAlarm.bind(storage)
  storage.setAlarm = (atMs, options) => {
    tally.add('object rows written')
    return setAlarm(atMs, options)
  }
  for (const name of NOT_COUNTED) refuse(storage, name)
}

function meterSql(sql: SqlStorage, tally: Tally): void {
  const exec = sql.exec.bind(sql)
  sql.exec = <Row extends Record<string, SqlStorageValue>>(
    query: string,
    ...bindings: SqlStorageValue[]
  ) => counted(exec<Row>(query, ...bindings), tally)
}

function meterKv(kv: SyncKvStorage, tally: Tally): void {
  for (const [name, count] of KV_COSTS) {
    const call: unknown = Reflect.get(kv, name)
    if (typeof call !== 'function') throw new TypeError(`kv has no ${name}()`)
    const metered = (...args: unknown[]): unknown => {
      tally.add(count)
      return Reflect.apply(call, kv, args)
    }
    Object.defineProperty(kv, name, { value: metered })
  }
  refuse(kv, 'list')
}

/** A cursor reads its rows as they are taken. */
function counted<Row extends Record<string, SqlStorageValue>>(
  cursor: SqlStorageCursor<Row>,
  tally: Tally,
): SqlStorageCursor<Row> {
  let [read, written] = [0, 0]
  const count = (): void => {
    tally.add('object rows read', cursor.rowsRead - read)
    tally.add('object rows written', cursor.rowsWritten - written)
    read = cursor.rowsRead
    written = cursor.rowsWritten
  }
  const toArray = cursor.toArray.bind(cursor)
  const one = cursor.one.bind(cursor)
  cursor.toArray = () => after(toArray(), count)
  cursor.one = () => after(one(), count)
  for (const name of ['next', 'raw'] as const) refuse(cursor, name)
  count()
  return cursor
}

function after<Value>(value: Value, then: () => void): Value {
  then()
  return value
}

function refuse<Owner extends object>(owner: Owner, name: keyof Owner & string): void {
  Object.defineProperty(owner, name, {
    value: () => {
      throw new Error(`the meter does not count what ${name}() costs`)
    },
  })
}
