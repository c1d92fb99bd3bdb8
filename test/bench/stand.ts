/**
 * The stand: shop and peers in one workerd, with nothing before them. State lies in memory where
 * the machine offers that, so that a slow disk is not what is measured.
 */
import { join } from 'node:path'
import { Miniflare, NoOpLog, type V4WorkerOptions, convertV4MiniflareOptions } from 'miniflare'
import { forgetState } from '../../scripts/local/temporary-shop.ts'
import { type WorkerConfig, databasesOf, readWorkers } from '../../scripts/local/workers.ts'
import { newStateFolder, prepareState } from './prepared-state.ts'
import { type Bindings, standWorkers } from './stand-workers.ts'

/** A busy machine must not turn a good order into a late one. */
export const DEADLINE_MS = 30_000
const SESSION_SECRET = 'session-secret-of-the-bench-0123456789'
const OPERATOR_TOKEN = 'operator-token-of-the-bench-0123456789'
const ERRORS_KEPT = 5

export type Stand = {
  sessionSecret: string
  operatorToken: string
  /** From the start of workerd until its Workers listened. */
  startedInMs: number
  /** Where a Worker listens. */
  url: (worker: string) => URL
  /** By the name in wrangler.toml. */
  database: (name: string) => Promise<D1Database>
  /** The last errors that the Workers logged. */
  errors: () => string[]
  stop: () => Promise<void>
}

/** Hears, as soon as there is something to stop, how to stop it. */
export type OnStop = (stop: () => Promise<void>) => void

export async function openStand(
  onStop: OnStop,
  workersWith: (bindings: Bindings) => V4WorkerOptions[] = standWorkers,
): Promise<Stand> {
  const stateDir = newStateFolder()
  const errors: string[] = []
  const bindings = { SAGA_DEADLINE_MS: String(DEADLINE_MS), SESSION_SECRET, OPERATOR_TOKEN }
  const stand = workersWith(bindings)
  const started = prepareState(stateDir).then(() => {
    const startedAtMs = performance.now()
    return { miniflare: startedOn(stateDir, stand, errors), startedAtMs }
  })
  let stopped: Promise<void> | null = null
  const stop = (): Promise<void> => {
    // A start that is under way would write to the state again.
    stopped ??= started
      .then(({ miniflare }) => miniflare.dispose())
      .finally(() => forgetState(stateDir))
    return stopped
  }
  onStop(stop)
  try {
    const { miniflare, startedAtMs } = await started
    const url = await urlsIn(miniflare, stand)
    return {
      sessionSecret: SESSION_SECRET,
      operatorToken: OPERATOR_TOKEN,
      startedInMs: performance.now() - startedAtMs,
      url,
      database: databasesIn(miniflare, await readWorkers()),
      errors: () => errors.slice(-ERRORS_KEPT),
      stop,
    }
  } catch (error) {
    await stop().catch(() => undefined)
    throw error
  }
}

async function urlsIn(miniflare: Miniflare, workers: V4WorkerOptions[]): Promise<Stand['url']> {
  const listening = workers.flatMap(({ name, unsafeDirectSockets }) =>
    name !== undefined && unsafeDirectSockets ? [name] : [],
  )
  const urls = new Map(
    await Promise.all(
      listening.map(async (name) => [name, await miniflare.unsafeGetDirectURL(name)] as const),
    ),
  )
  return (worker) => {
    const url = urls.get(worker)
    if (!url) throw new Error(`${worker} does not listen in this stand`)
    return url
  }
}

function startedOn(stateDir: string, workers: V4WorkerOptions[], errors: string[]): Miniflare {
  return new Miniflare(
    convertV4MiniflareOptions({
      workers,
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
