/** What outlives a run, because it is dear to make: the databases, empty before each run. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { laws as couponLaws } from '../../worker/domains/coupons/store.ts'
import { laws as inventoryLaws } from '../../worker/domains/inventory/store.ts'
import type { Law } from '../../worker/domains/laws.ts'
import { laws as logisticsLaws } from '../../worker/domains/logistics/store.ts'
import { laws as paymentLaws } from '../../worker/domains/payments/laws.ts'
import { laws as pointsLaws } from '../../worker/domains/points/store.ts'
import type { Domain } from '../../worker/domains/reads.ts'
import { compile } from '../../worker/domains/statement.ts'
import { Database } from './database.ts'
import { DATABASES, type DatabaseName, ofEachDatabase } from './parts.ts'

const LAWS: Record<DatabaseName, readonly Law[]> = {
  inventory: inventoryLaws,
  coupons: couponLaws,
  points: pointsLaws,
  logistics: logisticsLaws,
  payments: paymentLaws,
  'saga-log': [],
}

export class Stage {
  readonly databases: Record<DatabaseName, Database>
  /** How often each queue delivers again, from the Workers' own configurations. */
  readonly maxRetries: Record<DatabaseName, number>
  readonly #laws: Record<DatabaseName, { law: string; text: string }[]>
  readonly #anyBroken: Record<DatabaseName, string>

  constructor() {
    this.databases = ofEachDatabase((name) => new Database(name))
    this.maxRetries = ofEachDatabase((name) =>
      maxRetriesIn(name === 'saga-log' ? 'wrangler.toml' : `worker/domains/${name}/wrangler.toml`),
    )
    this.#laws = ofEachDatabase((domain) =>
      LAWS[domain].map(({ law, broken }) => ({ law, text: compile(broken) })),
    )
    this.#anyBroken = ofEachDatabase(
      (domain) =>
        `select ${this.#laws[domain].map(({ text }) => `exists (${text})`).join(' or ')} as broken`,
    )
  }

  empty(): void {
    for (const name of DATABASES) this.databases[name].empty()
  }

  /** The conservation laws of a domain that do not hold at this instant. */
  brokenLaws(domain: Domain): string[] {
    const database = this.databases[domain]
    if (database.all(this.#anyBroken[domain])[0]?.broken === 0) return []
    return this.#laws[domain].flatMap(({ law, text }) =>
      database
        .all(text)
        .map(({ subject, detail }) => `${domain}: ${law}: ${String(subject)} ${String(detail)}`),
    )
  }
}

/** Of the first consumer that a configuration names. */
function maxRetriesIn(config: string): number {
  const path = join(import.meta.dirname, '../..', config)
  const [, count] = /max_retries = (\d+)/.exec(readFileSync(path, 'utf8')) ?? []
  if (count === undefined) throw new Error(`${config} says no max_retries`)
  return Number(count)
}
