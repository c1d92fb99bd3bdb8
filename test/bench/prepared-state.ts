/** State with all databases migrated and seeded: made once in a process, copied for each stand. */
import { cpSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { migrateAndSeed } from '../../scripts/local/migrate.ts'
import { forgetState } from '../../scripts/local/temporary-shop.ts'
import { databasesOf, readWorkers } from '../../scripts/local/workers.ts'
import { stateRoot } from './state-root.ts'

let prepared: Promise<string> | null = null
const folders: string[] = []

/** An empty folder of this process, which is gone when it ends, however it ends. */
export function newStateFolder(): string {
  // Miniflare ends the process at once on a signal, before anything that takes time is over.
  if (folders.length === 0) process.once('exit', () => folders.forEach(forgetState))
  const folder = mkdtempSync(join(stateRoot(), 'edge-saga-bench-'))
  folders.push(folder)
  return folder
}

export async function prepareState(folder: string): Promise<void> {
  prepared ??= prepare()
  cpSync(await prepared, folder, { recursive: true })
}

async function prepare(): Promise<string> {
  const folder = newStateFolder()
  await migrateAndSeed(databasesOf(await readWorkers()), folder)
  return folder
}
