/** Real D1, from miniflare, with the real migrations. One pair for a test file. */
import { readFileSync, readdirSync } from 'node:fs'
import { Miniflare, convertV4MiniflareOptions } from 'miniflare'
import { afterAll, beforeAll } from 'vitest'

export type Databases = { catalog: D1Database; sagaLog: D1Database }

/** Opened before the file's first test, closed after its last. */
export function useDatabases(): () => Databases {
  let miniflare: Miniflare | undefined
  let databases: Databases | undefined
  beforeAll(async () => {
    miniflare = new Miniflare(
      convertV4MiniflareOptions({
        modules: true,
        script: 'export default {}',
        compatibilityDate: '2026-09-01',
        d1Databases: { CATALOG: 'catalog', SAGA_LOG: 'saga-log' },
      }),
    )
    databases = {
      catalog: await migrated(await miniflare.getD1Database('CATALOG'), 'catalog'),
      sagaLog: await migrated(await miniflare.getD1Database('SAGA_LOG'), 'saga-log'),
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
    for (const statement of statements) await database.prepare(statement).run()
  }
  return database
}
