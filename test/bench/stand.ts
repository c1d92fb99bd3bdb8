/**
 * The stand: shop and peers in one workerd, with nothing before them. State lies in memory where
 * the machine offers that, so that a slow disk is not what is measured.
 */
import { accessSync, constants, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Miniflare, NoOpLog, convertV4MiniflareOptions } from 'miniflare'
import { migrateAndSeed } from '../../scripts/local/migrate.ts'
import { forgetState } from '../../scripts/local/temporary-shop.ts'
import { type WorkerConfig, databasesOf, readWorkers } from '../../scripts/local/workers.ts'
import { BARE_PEER, MAIN_WORKER, WORKFLOWS_PEER, standWorkers } from './stand-workers.ts'

/** A busy machine must not turn a good order into a late one. */
export const DEADLINE_MS = 30_000
const SESSION_SECRET = 'session-secret-of-the-bench-0123456789'
const TMPFS = '/dev/shm'
const ERRORS_KEPT = 5

export type Stand = {
  stateDir: string
  sessionSecret: string
  /** Where each Worker listens. */
  urls: { shop: URL; bare: URL; workflows: URL }
  /** By the name in wrangler.toml. */
  database: (name: string) => Promise<D1Database>
  /** The last errors that the Workers logged. */
  errors: () => string[]
  stop: () => Promise<void>
}

function stateFolder(): string {
  try {
    accessSync(TMPFS, constants.W_OK)
    return mkdtempSync(join(TMPFS, 'edge-saga-bench-'))
  } catch {
    return mkdtempSync(join(tmpdir(), 'edge-saga-bench-'))
  }
}

/** `onStop` hears, as soon as there is something to stop, how to stop it. */
export async function openStand(onStop: (stop: () => Promise<void>) => void): Promise<Stand> {
  const stateDir = stateFolder()
  // Miniflare ends the process at once on a signal, before anything that takes time is over.
  process.once('exit', () => forgetState(stateDir))
  const errors: string[] = []
  const workersRead = readWorkers()
  const started = workersRead.then(async (workers) => {
    await migrateAndSeed(databasesOf(workers), stateDir)
    return startedOn(stateDir, errors)
  })
  let stopped: Promise<void> | null = null
  const stop = (): Promise<void> => {
    // A start that is under way would write to the state again.
    stopped ??= started
      .then((miniflare) => miniflare.dispose())
      .finally(() => forgetState(stateDir))
    return stopped
  }
  onStop(stop)
  try {
    const miniflare = await started
    return {
      stateDir,
      sessionSecret: SESSION_SECRET,
      urls: await urlsOf(miniflare),
      database: databasesIn(miniflare, await workersRead),
      errors: () => errors.slice(-ERRORS_KEPT),
      stop,
    }
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  }
}

async function urlsOf(miniflare: Miniflare): Promise<Stand['urls']> {
  const [shop, bare, workflows] = await Promise.all([
    miniflare.unsafeGetDirectURL(MAIN_WORKER),
    miniflare.unsafeGetDirectURL(BARE_PEER),
    miniflare.unsafeGetDirectURL(WORKFLOWS_PEER),
  ])
  return { shop, bare, workflows }
}

function startedOn(stateDir: string, errors: string[]): Miniflare {
  return new Miniflare(
    convertV4MiniflareOptions({
      workers: standWorkers({ SAGA_DEADLINE_MS: String(DEADLINE_MS), SESSION_SECRET }),
      resourcePersistencePath: join(stateDir, 'v3'),
      cf: false,
      log: new NoOpLog(),
      handleStructuredLogs: ({ level, message }) => {
        if (level === 'error') errors.push(message)
      },
    }),
  )
}

/** Bindings are a Worker's own, so a database is found by the Worker that it belongs to. */
function databasesIn(miniflare: Miniflare, workers: WorkerConfig[]): Stand['database'] {
  const found = new Map(
    workers.flatMap((worker) =>
      databasesOf([worker]).map(({ name, binding }) => [name, { binding, worker: worker.name }]),
    ),
  )
  return async (name) => {
    const place = found.get(name)
    if (!place) throw new Error(`no wrangler.toml has a database ${name}`)
    return miniflare.getD1Database(place.binding, place.worker)
  }
}
