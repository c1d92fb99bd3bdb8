/** What outlives a run, because it is dear to make: the databases, empty before each run. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Law } from '../../worker/domains/laws.ts'
import { laws as paymentLaws } from '../../worker/domains/payments/laws.ts'
import type { Domain } from '../../worker/domains/reads.ts'
import { compile } from '../../worker/domains/statement.ts'
import { STORES } from '../support/each-domain.ts'
import { Database } from './database.ts'
import { DATABASES, type DatabaseName, ofEachDatabase } from './parts.ts'

const lawsOf = (name: DatabaseName): readonly Law[] => {
  if (name === 'saga-log') return []
  return name === 'payments' ? paymentLaws : STORES[name].laws
}

type StagedLaw = {
  law: string
  text: string
  /** What it looks at: as long as none of these is written, it stays as it was. */
  tables: readonly string[]
}

export class Stage {
  readonly databases: Record<DatabaseName, Database>
  /** How often each queue delivers again, from the Workers' own configurations. */
  readonly maxRetries: Record<DatabaseName, number>
  readonly #laws: Record<DatabaseName, StagedLaw[]>
  /** Whether any law on these tables is broken, in one statement. */
  readonly #anyBroken = ofEachDatabase(() => new Map<string, string>())

  constructor() {
    this.databases = ofEachDatabase((name) => new Database(name))
    this.maxRetries = ofEachDatabase((name) =>
      maxRetriesIn(name === 'saga-log' ? 'wrangler.toml' : `worker/domains/${name}/wrangler.toml`),
    )
    this.#laws = ofEachDatabase((name) =>
      lawsOf(name).map(({ law, broken }) => {
        const text = compile(broken)
        const tables = this.databases[name].tables.filter((table) => isNamedIn(text, table))
        if (tables.length === 0) throw new Error(`a law on no table: ${law}`)
        return { law, text, tables }
      }),
    )
  }

  empty(): void {
    for (const name of DATABASES) this.databases[name].empty()
  }

  /** The conservation laws of a domain that do not hold now; `changed`: only those on these tables. */
  brokenLaws(domain: Domain, changed: ReadonlySet<string>): string[] {
    const database = this.databases[domain]
    const key = [...changed].join(' ')
    const anyBroken = this.#anyBroken[domain].get(key) ?? this.#anyBrokenOf(domain, changed)
    this.#anyBroken[domain].set(key, anyBroken)
    if (database.all(anyBroken)[0]?.broken === 0) return []
    return this.#lawsOn(domain, changed).flatMap(({ law, text }) =>
      database
        .all(text)
        .map(({ subject, detail }) => `${domain}: ${law}: ${String(subject)} ${String(detail)}`),
    )
  }

  #lawsOn(domain: Domain, changed: ReadonlySet<string>): StagedLaw[] {
    return this.#laws[domain].filter(({ tables }) => tables.some((table) => changed.has(table)))
  }

  #anyBrokenOf(domain: Domain, changed: ReadonlySet<string>): string {
    const laws = this.#lawsOn(domain, changed)
    return `select ${laws.map(({ text }) => `exists (${text})`).join(' or ') || '0'} as broken`
  }
}

const isNamedIn = (text: string, table: string): boolean =>
  new RegExp(`\\b${table}\\b`, 'v').test(text)

/** Of the first consumer that a configuration names. */
function maxRetriesIn(config: string): number {
  const path = join(import.meta.dirname, '../..', config)
  const [, count] = /max_retries = (\d+)/.exec(readFileSync(path, 'utf8')) ?? []
  if (count === undefined) throw new Error(`${config} says no max_retries`)
  return Number(count)
}
