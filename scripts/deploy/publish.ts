/**
 * Publishes, in the only order that works.
 *
 * Domains call the order objects of the main Worker, and the main Worker calls the domains:
 * neither can be deployed before the other. The first time, the main Worker therefore goes ahead
 * without its service bindings. Nobody reaches it yet: Pages comes last.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import * as z from 'zod'
import { writeMainConfig } from '../local/main-config.ts'
import { SECRET_NAMES } from '../local/secrets.ts'
import { type Database, domainConfigPaths, mainConfigPath } from '../local/workers.ts'
import { concurrently } from '../terminal/concurrently.ts'
import type { Steps } from '../terminal/steps.ts'
import { inWebFolder, tryWrangler, wrangler } from './wrangler-runs.ts'

/** Wrangler bundles, which takes a core. */
const AT_ONCE = availableParallelism()

async function migrate({ name, configPath }: Database): Promise<string> {
  await wrangler(['d1', 'migrations', 'apply', name, '--remote', '-c', configPath])
  return `${name} migrated`
}

/** Rows that are there stay as they are. */
async function seed({ name, configPath }: Database, seedPath: string): Promise<string> {
  // In one word: the text begins with dashes.
  const command = `--command=${readFileSync(seedPath, 'utf8')}`
  await wrangler(['d1', 'execute', name, '--remote', '-c', configPath, command])
  return `${name} has the example shop's rows`
}

async function deployWorker(configPath: string): Promise<string> {
  const output = await wrangler(['deploy', '-c', configPath])
  const name = /Uploaded (\S+)/.exec(output)?.[1] ?? configPath
  return `${name} deployed`
}

/** Cloudflare's code for a Worker that does not exist. */
const NO_SUCH_WORKER = /\[code: 10007\]/

const statusSchema = z.object({ versions: z.array(z.object({ version_id: z.string() })) })
const versionSchema = z.object({
  resources: z.object({ bindings: z.array(z.object({ type: z.string() })) }),
})

/** A secret that was put before anything was deployed made a Worker of that name, with nothing in it. */
async function hasOrderObjects(): Promise<boolean> {
  const status = await tryWrangler(['deployments', 'status', '-c', mainConfigPath, '--json'])
  if (status.code !== 0) {
    if (NO_SUCH_WORKER.test(status.output)) return false
    throw new Error(
      `Whether edge-saga is deployed already, nobody says:\n${status.output.trimEnd()}`,
    )
  }
  const [latest] = statusSchema.parse(jsonIn(status.output)).versions
  if (latest === undefined) return false
  const id = latest.version_id
  const version = await wrangler(['versions', 'view', id, '-c', mainConfigPath, '--json'])
  const { bindings } = versionSchema.parse(jsonIn(version)).resources
  return bindings.some(({ type }) => type === 'durable_object_namespace')
}

/** Wrangler may say something before it says what was asked for. */
const jsonIn = (output: string): unknown => JSON.parse(output.slice(output.indexOf('{')))

/** Returns what it did, in a few words. */
export async function firstMainWorker(): Promise<string> {
  if (await hasOrderObjects()) return 'edge-saga is deployed already'
  const folder = mkdtempSync(join(tmpdir(), 'edge-saga-deploy-'))
  try {
    await wrangler(['deploy', '-c', await writeMainConfig(folder, { services: [] })])
  } finally {
    rmSync(folder, { recursive: true })
  }
  return 'edge-saga deployed for the first time, without its domains'
}

async function missingSecrets(): Promise<string[]> {
  const output = await wrangler(['secret', 'list', '-c', mainConfigPath])
  return SECRET_NAMES.filter((name) => !output.includes(`"${name}"`))
}

/** `withExamples`: what is sold locally is sold live, too. */
export async function publish(
  databases: Database[],
  { withExamples }: { withExamples: boolean },
  steps: Steps,
): Promise<void> {
  // Before the code that needs them. A migration must suit the code that still runs, too.
  await concurrently(databases, AT_ONCE, async (database) => {
    await steps.run(() => migrate(database))
    const { seedPath } = database
    if (withExamples && seedPath !== null) await steps.run(() => seed(database, seedPath))
  })
  await steps.run(firstMainWorker)
  await concurrently(domainConfigPaths(), AT_ONCE, (path) => steps.run(() => deployWorker(path)))
  await steps.run(() => deployWorker(mainConfigPath))
  const missing = await missingSecrets()
  if (missing.length > 0) {
    const commands = missing.map(
      (name) => `  openssl rand -hex 24 | tee /dev/tty | npx wrangler secret put ${name}`,
    )
    throw new Error(
      `The Workers are deployed, but ${missing.join(' and ')} must be set before the page goes live:\n` +
        `${commands.join('\n')}\nEach is shown once: keep the operators' token. Then deploy again.`,
    )
  }
  await steps.run(async () => {
    await wrangler(inWebFolder(['pages', 'deploy', 'dist', '--branch', 'main', '--commit-dirty']))
    return 'page deployed'
  })
}
