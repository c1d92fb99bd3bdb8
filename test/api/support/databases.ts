/** Real D1, from miniflare, with the real migrations. One pair for a test file. */
import { readFileSync, readdirSync } from 'node:fs'
import { Miniflare, convertV4MiniflareOptions } from 'miniflare'
import { afterAll, beforeAll } from 'vitest'
import { D1_SERVER, d1Of } from './d1-client.ts'

export type Databases = { catalog: D1Database; sagaLog: D1Database }

/** Opened before the file's first test, closed after its last. */
export function useDatabases(): () => Databases {
  let miniflare: Miniflare | undefined
  let databases: Databases | undefined
  beforeAll(async () => {
    miniflare = new Miniflare(
      convertV4MiniflareOptions({
        modules: true,
        script: D1_SERVER,
        compatibilityDate: '2026-09-01',
        d1Databases: { CATALOG: 'catalog', SAGA_LOG: 'saga-log' },
      }),
    )
    databases = {
      catalog: await migrated(d1Of(miniflare, 'CATALOG'), 'catalog'),
      sagaLog: await migrated(d1Of(miniflare, 'SAGA_LOG'), 'saga-log'),
    }
  })
  afterAll(() => miniflare?.dispose())
  return () => {
    if (!databases) throw new Error('the databases are open only while tests run')
    return databases
  }
}

async function migrated(database: D1Database, name: string): Promise<D1Database> {
  const folder = new URL(`../../../migrations/${name}/`, import.meta.url).pathname
  for (const file of readdirSync(folder).toSorted()) {
    if (!file.endsWith('.sql')) continue
    const statements = readFileSync(`${folder}${file}`, 'utf8').split('--> statement-breakpoint')
    await database.batch(statements.map((statement) => database.prepare(statement)))
  }
  return database
}
