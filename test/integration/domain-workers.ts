/**
 * The domain Workers beside the main one, each with its own database, bound as in production.
 * The pool gives the main Worker another name, so what is bound to it by name is rewritten.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readD1Migrations } from '@cloudflare/vitest-pool-workers'
import { buildSync } from 'esbuild'
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const MAIN_WORKER = 'edge-saga'
const DOMAINS = ['inventory', 'coupons', 'points', 'logistics', 'payments'] as const

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

function bundle(entryPoint: string): string {
  const { outputFiles } = buildSync({
    entryPoints: [entryPoint],
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd'],
    external: ['cloudflare:*', 'node:*'],
    define: { 'process.env.NODE_ENV': '"development"' },
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

/** How the tests bind every database: for their own look inside, and to migrate and seed it. */
const DATABASES = {
  TEST_SAGA_LOG_DB: { config: `${ROOT}wrangler.toml`, name: 'edge-saga-log', folder: 'saga-log' },
  TEST_CATALOG_DB: {
    config: `${ROOT}wrangler.toml`,
    name: 'edge-saga-catalog',
    folder: 'catalog',
    seed: `${ROOT}worker/catalog/seed.sql`,
  },
  TEST_INVENTORY_DB: ofDomain('inventory'),
  TEST_COUPONS_DB: ofDomain('coupons'),
  TEST_POINTS_DB: ofDomain('points'),
  TEST_LOGISTICS_DB: ofDomain('logistics'),
  TEST_PAYMENTS_DB: ofDomain('payments'),
  TEST_PROVIDER_DB: {
    config: configOf('payments'),
    name: 'edge-saga-payments-provider',
    folder: 'payments-provider',
  },
}
export type TestDatabase = keyof typeof DATABASES

function ofDomain(domain: string) {
  return {
    config: configOf(domain),
    name: `edge-saga-${domain}`,
    folder: domain,
    seed: `${ROOT}worker/domains/${domain}/seed.sql`,
  }
}

/** The options of the test pool that bind the databases, and what `setup.ts` fills them with. */
export async function testDatabases() {
  const entries = Object.entries(DATABASES)
  const migrations = await Promise.all(
    entries.map(async ([binding, { folder }]) => [
      binding,
      await readD1Migrations(`${ROOT}migrations/${folder}`),
    ]),
  )
  return {
    d1Databases: Object.fromEntries(
      entries.map(([binding, { config, name }]) => [binding, databaseId(config, name)]),
    ),
    bindings: {
      MIGRATIONS: Object.fromEntries(migrations),
      SEEDS: Object.fromEntries(
        entries.flatMap(([binding, database]) =>
          'seed' in database ? [[binding, readFileSync(database.seed, 'utf8')]] : [],
        ),
      ),
    },
  }
}

function databaseId(config: string, name: string): string {
  const databases = unstable_readConfig({ config }).d1_databases
  const id = databases.find((database) => database.database_name === name)?.database_id
  if (!id) throw new Error(`${config} binds no database ${name}`)
  return id
}
