/** A SQLite database in memory, made by the same migrations as the real one in D1. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

const MIGRATIONS = join(import.meta.dirname, '../../migrations/')

export type Row = Record<string, unknown>
export type Query = { text: string; values: readonly unknown[] }

export class Database {
  readonly #sqlite = new DatabaseSync(':memory:')
  readonly #prepared = new Map<string, StatementSync>()
  readonly #emptying: string

  constructor(name: string) {
    const folder = `${MIGRATIONS}${name}/`
    for (const file of readdirSync(folder).toSorted()) {
      if (file.endsWith('.sql')) this.#sqlite.exec(readFileSync(folder + file, 'utf8'))
    }
    // The sweep takes sagas in a random order, and a run is to be the same each time.
    this.#sqlite.function('random', { deterministic: true }, () => 0)
    this.#emptying = this.all("select name from sqlite_master where type = 'table'")
      .map(({ name: table }) => `delete from "${String(table)}"`)
      .join(';')
  }

  all(text: string, values: readonly unknown[] = []): Row[] {
    let statement = this.#prepared.get(text)
    if (!statement) {
      statement = this.#sqlite.prepare(text)
      this.#prepared.set(text, statement)
    }
    return statement.all(...values.map(asSqlite))
  }

  /** All or nothing, as D1's `batch`. */
  inOneTransaction(queries: readonly Query[]): Row[][] {
    this.all('begin')
    try {
      const results = queries.map(({ text, values }) => this.all(text, values))
      this.all('commit')
      return results
    } catch (error) {
      this.all('rollback')
      throw error
    }
  }

  /** Rises with every row that is written. */
  changes(): unknown {
    return this.all('select total_changes() as changes')[0]?.changes
  }

  empty(): void {
    this.#sqlite.exec(this.#emptying)
  }
}

function asSqlite(value: unknown): SQLInputValue {
  switch (typeof value) {
    case 'string':
    case 'number':
      return value
    case 'boolean':
      return value ? 1 : 0
    default:
      if (value === null) return null
      throw new TypeError(`D1 takes no ${typeof value}`)
  }
}
