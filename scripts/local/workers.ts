/** The Workers of the project and their databases, as their wrangler.toml files tell. */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { inProject } from './project.ts'

export const webConfigPath = inProject('web', 'wrangler.toml')
export const mainConfigPath = inProject('wrangler.toml')

/** A domain is a folder of worker/domains that has a wrangler.toml. */
export function domainConfigPaths(): string[] {
  return readdirSync(inProject('worker', 'domains'))
    .map((name) => inProject('worker', 'domains', name, 'wrangler.toml'))
    .filter((path) => existsSync(path))
    .toSorted()
}

const workerConfigPaths = (): string[] => [mainConfigPath, ...domainConfigPaths()]

export type Database = {
  /** Locally the id *is* the database: two Workers with one id would share their data. */
  id: string
  name: string
  binding: string
  configPath: string
  migrationsDir: string
  /** First rows, or null where a database begins empty. Repeating them changes nothing. */
  seedPath: string | null
}

/** `DB` is a domain's own, with its first rows beside its wrangler.toml; another has a folder of its name. */
function seedPathOf(configPath: string, binding: string): string | null {
  const folder =
    binding === 'DB'
      ? dirname(configPath)
      : inProject('worker', binding.replace(/_DB$/, '').toLowerCase())
  const path = join(folder, 'seed.sql')
  return existsSync(path) ? path : null
}

// Wrangler's own types name a package that it does not ship, so what it reads is parsed here.
const configSchema = z.object({
  name: z.string(),
  d1_databases: z.array(
    z.object({
      binding: z.string(),
      database_id: z.string().default(''),
      database_name: z.string(),
      migrations_dir: z.string().default('migrations'),
    }),
  ),
  queues: z.object({
    producers: z.array(z.object({ queue: z.string() })).default([]),
    consumers: z
      .array(z.object({ queue: z.string(), dead_letter_queue: z.string().optional() }))
      .default([]),
  }),
})

export type WorkerConfig = z.infer<typeof configSchema> & { path: string }

/** Loading wrangler takes most of a second, so it is loaded only where it is needed. */
export async function readWorkers(): Promise<WorkerConfig[]> {
  const { unstable_readConfig: readConfig } = await import('wrangler')
  return workerConfigPaths().map((path) => ({
    path,
    ...configSchema.parse(readConfig({ config: path }, { hideWarnings: true })),
  }))
}

export const databasesOf = (workers: WorkerConfig[]): Database[] =>
  workers.flatMap(({ path, d1_databases: databases }) =>
    databases.map((database) => ({
      id: database.database_id,
      name: database.database_name,
      binding: database.binding,
      configPath: path,
      migrationsDir: resolve(dirname(path), database.migrations_dir),
      seedPath: seedPathOf(path, database.binding),
    })),
  )

/** All queues that somebody writes to, reads from, or sends dead letters to. */
export const queuesOf = (workers: WorkerConfig[]): string[] => {
  const names = workers.flatMap(({ queues: { producers, consumers } }) => [
    ...producers.map(({ queue }) => queue),
    ...consumers.flatMap((consumer) => [consumer.queue, consumer.dead_letter_queue ?? []].flat()),
  ])
  return [...new Set(names)].toSorted()
}
