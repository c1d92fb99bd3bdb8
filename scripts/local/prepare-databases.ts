/** Brings the local databases up to date, or sees at once that they are. */
import { existsSync } from 'node:fs'
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

/** Returns what was done, in a few words. */
export async function prepareDatabases(stateDir: string): Promise<string> {
  const markPath = join(stateDir, 'databases.sha256')
  const wanted = fingerprint(inputs())
  if (storedFingerprint(markPath) === wanted && existsSync(join(stateDir, 'v3', 'd1'))) {
    return 'databases unchanged'
  }
  const { migrateAndSeed } = await import('./migrate.ts')
  const databases = databasesOf(await readWorkers())
  const applied = await migrateAndSeed(databases, stateDir)
  storeFingerprint(markPath, wanted)
  return `${databases.length} databases migrated (${applied} migrations) and seeded`
}
