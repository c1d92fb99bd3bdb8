/**
 * The domain Workers beside the main one, each with its own database, bound as in production.
 * The pool gives the main Worker another name, so what is bound to it by name is rewritten.
 */
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { DOMAINS } from '../../worker/domains/reads.ts'
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MAIN_WORKER = 'edge-saga'
export const RECEIVER_WORKER = 'webhook-receiver'

const configOf = (domain: string) => `${ROOT}worker/domains/${domain}/wrangler.toml`

export function domainWorkers(mainWorkerInPool: string) {
  return DOMAINS.map((domain) => {
    const { workerOptions, main } = unstable_getMiniflareWorkerOptions(configOf(domain))
    if (!main) throw new Error(`${configOf(domain)} has no main`)
    const { modulesRules: _, ...options } = workerOptions
    for (const object of Object.values(options.durableObjects ?? {})) {
      if (typeof object === 'object' && object.scriptName === MAIN_WORKER) {
        object.scriptName = mainWorkerInPool
      }
    }
    const { name } = unstable_readConfig({ config: configOf(domain) })
    return { ...options, name, modules: true, script: bundle(main) }
  })
}

/** Whatever the main Worker fetches from the network is fetched from this one. */
export const receiverWorker = () => ({
  name: RECEIVER_WORKER,
  modules: true,
  compatibilityDate: '2026-09-01',
  script: bundle(`${ROOT}test/integration/webhook-receiver.ts`),
})

function bundle(entryPoint: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [entryPoint],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd'],
    external: ['cloudflare:*', 'node:*'],
    define: { 'process.env.NODE_ENV': '"development"' },
    // The domains' lines about what went well would bury those about what did not.
    pure: ['console.log'],
    minifySyntax: true,
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}
