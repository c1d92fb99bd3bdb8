/** The Workers of the stand: the shop's, as they are built for production, and its peers. */
import { basename, dirname } from 'node:path'
import type { V4WorkerOptions } from 'miniflare'
import { unstable_getMiniflareWorkerOptions } from 'wrangler'
import { inProject } from '../../scripts/local/project.ts'
import { domainConfigPaths, mainConfigPath } from '../../scripts/local/workers.ts'
import { productionBundle } from '../support/production-bundle.ts'

export const MAIN_WORKER = 'edge-saga'
export const BARE_PEER = 'bench-bare'
export const WORKFLOWS_PEER = 'bench-workflows'

/** A Worker that is asked from outside listens itself: no proxy stands before it. */
export const LISTENING = { unsafeDirectSockets: [{ host: '127.0.0.1', port: 0 }] }

export type Bindings = Record<string, string>

function shopWorker(configPath: string, name: string): V4WorkerOptions {
  const { workerOptions, main } = unstable_getMiniflareWorkerOptions(configPath)
  if (main === undefined) throw new Error(`${configPath} has no main`)
  const { modulesRules: _, ...options } = workerOptions
  return { ...options, name, modules: true, script: productionBundle(main) }
}

function mainWorker(bindings: Bindings): V4WorkerOptions {
  const options = shopWorker(mainConfigPath, MAIN_WORKER)
  return { ...options, ...LISTENING, bindings: { ...options.bindings, ...bindings } }
}

function peer(name: string, file: string): V4WorkerOptions {
  return {
    ...LISTENING,
    name,
    modules: true,
    script: productionBundle(inProject('test', 'bench', 'peers', file)),
    compatibilityDate: '2026-09-01',
  }
}

const nameOf = (domain: string): string => `${MAIN_WORKER}-${domain}`
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

const domains = () => domainConfigPaths().map((path) => ({ path, domain: basename(dirname(path)) }))

export const shopWorkers = (bindings: Bindings): V4WorkerOptions[] => [
  mainWorker(bindings),
  ...domains().map(({ path, domain }) => shopWorker(path, nameOf(domain))),
]

export const standWorkers = (bindings: Bindings): V4WorkerOptions[] => [
  ...shopWorkers(bindings),
  ...peers(),
]

function peers(): V4WorkerOptions[] {
  return [
    {
      ...peer(BARE_PEER, 'bare.ts'),
      durableObjects: { OBJECTS: { className: 'BareObject', useSQLite: true } },
    },
    {
      ...peer(WORKFLOWS_PEER, 'workflow.ts'),
      compatibilityFlags: ['workflows_step_rollback'],
      workflows: { ORDERS: { name: 'bench-orders', className: 'OrderWorkflow' } },
      durableObjects: { DOORBELLS: { className: 'Doorbell', useSQLite: true } },
      serviceBindings: Object.fromEntries(
        domains().map(({ domain }) => [
          domain.toUpperCase(),
          { name: nameOf(domain), entrypoint: capital(domain) },
        ]),
      ),
    },
  ]
}
