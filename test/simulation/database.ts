/** A SQLite database in memory, made by the same migrations as the real one in D1. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

const MIGRATIONS = join(import.meta.dirname, '../../migrations/')

export type Row = Record<string, unknown>
export type Query = { text: string; values: readonly unknown[] }

type Prepared = {
  statement: StatementSync
  /** It answers with rows, and so does not tell how many it has written. */
  answers: boolean
  /** It is more than a question. */
  writes: boolean
}

export class Database {
  readonly #sqlite = new DatabaseSync(':memory:')
  readonly #prepared = new Map<string, Prepared>()
  readonly #begin = this.#sqlite.prepare('begin')
  readonly #commit = this.#sqlite.prepare('commit')
  readonly #rollback = this.#sqlite.prepare('rollback')
  readonly #emptying: readonly string[]
  /** Whether a row was written, or may have been, since this was last asked. */
  #hasChanged = false
  #isEmpty = false

  constructor(name: string) {
    // A commit copies the pages that it touches, and there is little on each.
    this.#sqlite.exec('pragma page_size = 1024')
    const folder = `${MIGRATIONS}${name}/`
    for (const file of readdirSync(folder).toSorted()) {
      if (file.endsWith('.sql')) this.#sqlite.exec(readFileSync(folder + file, 'utf8'))
    }
    // The sweep takes sagas in a random order, and a run is to be the same each time.
    this.#sqlite.function('random', { deterministic: true }, () => 0)
    this.#emptying = this.all("select name from sqlite_master where type = 'table'").map(
      ({ name: table }) => `delete from "${String(table)}"`,
    )
  }

  all(text: string, values: readonly unknown[] = []): Row[] {
    const { statement, answers, writes } = this.#prepare(text)
    if (!answers) {
      if (statement.run(...values.map(asSqlite)).changes > 0) this.#wrote()
      return []
    }
    if (writes) this.#wrote()
    return statement.all(...values.map(asSqlite))
  }

  /** All or nothing, as D1's `batch`. */
  inOneTransaction(queries: readonly Query[]): Row[][] {
    const [only, ...others] = queries
    // One statement is atomic by itself.
    if (only && others.length === 0) return [this.all(only.text, only.values)]
    this.#begin.run()
    try {
      const results = queries.map(({ text, values }) => this.all(text, values))
      this.#commit.run()
      return results
    } catch (error) {
      this.#rollback.run()
      throw error
    }
  }

  /** Whether anything was written since this was last asked. */
  takeChanged(): boolean {
    const hasChanged = this.#hasChanged
    this.#hasChanged = false
    return hasChanged
  }

  empty(): void {
    if (this.#isEmpty) return
    for (const text of this.#emptying) this.all(text)
    this.#hasChanged = false
    this.#isEmpty = true
  }

  #prepare(text: string): Prepared {
    const found = this.#prepared.get(text)
    if (found) return found
    const statement = this.#sqlite.prepare(text)
    const answers = statement.columns().length > 0
    const made = { statement, answers, writes: !/^\s*select\b/i.test(text) }
    this.#prepared.set(text, made)
    return made
  }

  #wrote(): void {
    this.#hasChanged = true
    this.#isEmpty = false
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
