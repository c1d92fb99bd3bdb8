/** D1's interface in front of a database in memory, as far as the Workers use it. */
import type { Database, Query, Row } from './database.ts'
import { standIn } from './stand-in.ts'

/** Runs what a call does to the database, or does not, or too late: the caller's fate. */
export type Gate = <Result>(effect: () => Result) => Promise<Result>

export function d1(database: Database, gate: Gate): D1Database {
  const run = (queries: readonly Query[]) =>
    gate(() => database.inOneTransaction(queries).map(resultOf))
  const simulated: Pick<D1Database, 'prepare' | 'batch'> = {
    prepare: (text) => standIn(new Statement(text, [], run)),
    batch: async (statements) => standIn(await run(statements.map(queryOf))),
  }
  return standIn(simulated)
}

type Run = (queries: readonly Query[]) => Promise<{ results: Row[] }[]>

class Statement implements Query {
  readonly text: string
  readonly values: readonly unknown[]
  readonly #run: Run

  constructor(text: string, values: readonly unknown[], run: Run) {
    this.text = text
    this.values = values
    this.#run = run
  }

  bind(...values: unknown[]): Statement {
    return new Statement(this.text, values, this.#run)
  }

  async all() {
    return (await this.#run([this]))[0]
  }

  run() {
    return this.all()
  }

  async first(column?: string) {
    const row = (await this.all())?.results[0]
    if (row === undefined) return null
    return column === undefined ? row : (row[column] ?? null)
  }

  /** What drizzle reads: rows as lists, in the order of their columns. */
  async raw() {
    return ((await this.all())?.results ?? []).map((row) => Object.values(row))
  }
}

const resultOf = (results: Row[]) => ({ results, success: true, meta: {} })

function queryOf(statement: unknown): Query {
  if (statement instanceof Statement) return statement
  throw new TypeError('not a statement of this database')
}
