/** A SQLite database in memory, made by the same migrations as the real one in D1. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'

const MIGRATIONS = join(import.meta.dirname, '../../migrations/')

export type Row = Record<string, unknown>
export type Query = { text: string; values: readonly unknown[] }

type Prepared = {
  statement: StatementSync
  /** It answers with rows. */
  answers: boolean
  /** The table that it writes; null: it is a question. */
  writes: string | null
}

/** What every statement that writes begins with. */
const WRITING = /^\s*(?:insert(?: or \w+)? into|update|delete from)\s+"?(\w+)/iv
const ASKING = /^\s*(?:select|pragma)\b/iv

export class Database {
  readonly #sqlite = new DatabaseSync(':memory:')
  readonly #prepared = new Map<string, Prepared>()
  readonly #begin = this.#sqlite.prepare('begin')
  readonly #commit = this.#sqlite.prepare('commit')
  readonly #rollback = this.#sqlite.prepare('rollback')
  readonly tables: readonly string[]
  /** Tables in which a row was written: since this was last asked, and since all were empty. */
  #changed = new Set<string>()
  readonly #filled = new Set<string>()

  constructor(name: string) {
    // A commit copies the pages that it touches, and there is little on each.
    this.#sqlite.exec('pragma page_size = 1024')
    const folder = `${MIGRATIONS}${name}/`
    for (const file of readdirSync(folder).toSorted()) {
      if (file.endsWith('.sql')) this.#sqlite.exec(readFileSync(folder + file, 'utf8'))
    }
    // The sweep takes sagas in a random order, and a run is to be the same each time.
    this.#sqlite.function('random', { deterministic: true }, () => 0)
    this.tables = this.all("select name from sqlite_master where type = 'table'").map(
      ({ name: it }) => String(it),
    )
  }

  all(text: string, values: readonly unknown[] = []): Row[] {
    const { statement, answers, writes } = this.#prepare(text)
    if (!answers) {
      if (statement.run(...values.map(asSqlite)).changes > 0 && writes) this.#wrote(writes)
      return []
    }
    const rows = statement.all(...values.map(asSqlite))
    // What writes and answers does so with each row that it has written.
    if (writes && rows.length > 0) this.#wrote(writes)
    return rows
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

  /** The tables that were written since this was last asked. */
  takeChanged(): ReadonlySet<string> {
    const changed = this.#changed
    if (changed.size > 0) this.#changed = new Set()
    return changed
  }

  empty(): void {
    for (const table of this.#filled) this.all(`delete from "${table}"`)
    this.#filled.clear()
    this.#changed.clear()
  }

  #prepare(text: string): Prepared {
    const found = this.#prepared.get(text)
    if (found) return found
    const statement = this.#sqlite.prepare(text)
    const answers = statement.columns().length > 0
    const [, writes = null] = WRITING.exec(text) ?? []
    if (writes === null && !ASKING.test(text)) throw new Error(`what does it write? ${text}`)
    const made = { statement, answers, writes }
    this.#prepared.set(text, made)
    return made
  }

  #wrote(table: string): void {
    this.#changed.add(table)
    this.#filled.add(table)
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
