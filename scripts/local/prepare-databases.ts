/** Brings the local databases up to date, or sees at once that they are. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprint, storeFingerprint, storedFingerprint } from './fingerprint.ts'
import { inProject } from './project.ts'
import { databasesOf, domainConfigPaths, mainConfigPath, readWorkers } from './workers.ts'

function inputs(): string[] {
  const domains = domainConfigPaths()
  return [
    inProject('migrations'),
    mainConfigPath,
    inProject('worker', 'catalog', 'seed.sql'),
    ...domains,
    ...domains.map((path) => path.replace(/wrangler\.toml$/, 'seed.sql')),
  ]
}

/** Without those that SQLite keeps beside them while they are open. */
function databaseFiles(stateDir: string): string[] {
  const folder = join(stateDir, 'v3', 'd1')
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sqlite'))
    .toSorted()
}

/** Also of which files there are: one that was lost is made again. */
const markOf = (wanted: string, stateDir: string): string =>
  [wanted, ...databaseFiles(stateDir), ''].join('\n')

/** Returns what was done, in a few words. */
export async function prepareDatabases(stateDir: string): Promise<string> {
  const markPath = join(stateDir, 'databases.sha256')
  const wanted = fingerprint(inputs())
  if (storedFingerprint(markPath) === markOf(wanted, stateDir)) return 'databases unchanged'
  const { migrateAndSeed } = await import('./migrate.ts')
  const databases = databasesOf(await readWorkers())
  const applied = await migrateAndSeed(databases, stateDir)
  storeFingerprint(markPath, markOf(wanted, stateDir))
  return `${databases.length} databases migrated (${applied} migrations) and seeded`
}
