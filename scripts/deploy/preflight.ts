/** What must be true of the configuration before anything is deployed. */
import type { Database } from '../local/workers.ts'
import { readablePath } from '../local/project.ts'

const PLACEHOLDER = /^0{8}-/

/** Two configurations with one id would share a database: locally by mistake, live for real. */
export function assertDistinctIds(databases: Database[]): void {
  const owners = new Map<string, Database>()
  for (const database of databases) {
    const other = owners.get(database.id)
    if (other !== undefined) {
      throw new Error(
        `${other.name} and ${database.name} have the same database_id (${database.id}).`,
      )
    }
    owners.set(database.id, database)
  }
}

/** The ids in the repository name local databases; live ones belong to an account. */
export function assertRealIds(databases: Database[], queues: string[]): void {
  const placeholders = databases.filter(({ id }) => PLACEHOLDER.test(id))
  if (placeholders.length === 0) return
  const width = Math.max(...placeholders.map(({ name }) => name.length))
  const creations = placeholders.map(
    ({ name, configPath }) =>
      `  npx wrangler d1 create ${name.padEnd(width)}  # its id goes to ${readablePath(configPath)}`,
  )
  const queueCreations = queues.map((queue) => `  npx wrangler queues create ${queue}`)
  throw new Error(
    [
      'The database ids are those of local development. Create what a live shop needs, once:',
      '',
      '  npx wrangler login',
      ...creations,
      ...queueCreations,
      '  npx wrangler pages project create edge-saga-web --production-branch main',
      '',
      'Put each printed id in place of the `database_id` that begins with 00000000, and deploy',
      'again: `npm run deploy -- --examples` where what the example shop sells is to be sold.',
      '`npm run deploy -- --dry-run` builds and checks everything without an account.',
    ].join('\n'),
  )
}
