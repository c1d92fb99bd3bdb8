/**
 * D1 as a Worker has it, from outside of workerd. miniflare's own goes back and forth for every `prepare`
 * and `bind`, each of which stops this process: that was half of the time of the API's tests.
 */
import type { Miniflare } from 'miniflare'
import { standIn } from '../../simulation/stand-in.ts'

/** Does in workerd what was called here, with the statements that it was called on. */
export const D1_SERVER = `export default {
  async fetch(request, env) {
    const { database, queries, method, args } = await request.json()
    const d1 = env[database]
    const statements = queries.map(({ text, values }) => d1.prepare(text).bind(...values))
    const calls = {
      exec: () => d1.exec(...args),
      batch: () => d1.batch(statements),
    }
    const call = calls[method] ?? (() => statements[0][method](...args))
    try {
      return Response.json({ value: await call() })
    } catch (error) {
      return Response.json({ message: error.message })
    }
  },
}`

type Call = { method: string; queries: readonly Query[]; args?: readonly unknown[] }
type Query = { text: string; values: readonly unknown[] }
type Ask = (call: Call) => Promise<unknown>

export function d1Of(miniflare: Miniflare, database: string): D1Database {
  const ask: Ask = async ({ method, queries, args = [] }) => {
    const response = await miniflare.dispatchFetch('http://d1', {
      method: 'POST',
      body: JSON.stringify({ database, method, queries, args }),
    })
    const { value, message } = standIn<{ value: unknown; message?: string }>(await response.json())
    if (message !== undefined) throw new Error(message)
    return value
  }
  const client = {
    prepare: (text: string) => new Statement(ask, { text, values: [] }),
    batch: (statements: readonly Statement[]) =>
      ask({ method: 'batch', queries: statements.map(({ query }) => query) }),
    exec: (text: string) => ask({ method: 'exec', queries: [], args: [text] }),
  }
  return standIn(client)
}

class Statement {
  readonly query: Query
  readonly #ask: Ask

  constructor(ask: Ask, query: Query) {
    this.#ask = ask
    this.query = query
  }

  bind(...values: unknown[]): Statement {
    // What JSON would make another value of.
    for (const value of values) {
      const isKept = value === null || ['string', 'boolean'].includes(typeof value)
      if (!isKept && !Number.isFinite(value)) throw new TypeError(`D1 takes no ${typeof value}`)
    }
    return new Statement(this.#ask, { text: this.query.text, values })
  }

  readonly all = () => this.#call('all')
  readonly run = () => this.#call('run')
  readonly raw = () => this.#call('raw')
  readonly first = (...column: string[]) => this.#call('first', column)

  #call(method: string, args: readonly unknown[] = []): Promise<unknown> {
    return this.#ask({ method, queries: [this.query], args })
  }
}
