/**
 * Publishes, in the only order that works.
 *
 * Domains call the order objects of the main Worker, and the main Worker calls the domains:
 * neither can be deployed before the other. The first time, the main Worker therefore goes ahead
 * without its service bindings. Nobody reaches it yet: Pages comes last.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { writeMainConfig } from '../local/main-config.ts'
import { SECRET_NAMES } from '../local/secrets.ts'
import { type Database, domainConfigPaths, mainConfigPath } from '../local/workers.ts'
import type { Steps } from '../terminal/steps.ts'
import { inWebFolder, tryWrangler, wrangler } from './wrangler-runs.ts'

async function migrate({ name, configPath }: Database): Promise<string> {
  await wrangler(['d1', 'migrations', 'apply', name, '--remote', '-c', configPath])
  return `${name} migrated`
}

async function deployWorker(configPath: string): Promise<string> {
  const output = await wrangler(['deploy', '-c', configPath])
  const name = /Uploaded (\S+)/.exec(output)?.[1] ?? configPath
  return `${name} deployed`
}

async function firstMainWorker(): Promise<string> {
  const { code } = await tryWrangler(['deployments', 'list', '-c', mainConfigPath, '--json'])
  if (code === 0) return 'edge-saga is deployed already'
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

export async function publish(databases: Database[], steps: Steps): Promise<void> {
  // Before the code that needs them. A migration must suit the code that still runs, too.
  for (const database of databases) await steps.run(() => migrate(database))
  await steps.run(firstMainWorker)
  for (const path of domainConfigPaths()) await steps.run(() => deployWorker(path))
  await steps.run(() => deployWorker(mainConfigPath))
  const missing = await missingSecrets()
  if (missing.length > 0) {
    const commands = missing.map(
      (name) => `  openssl rand -base64 24 | npx wrangler secret put ${name}`,
    )
    throw new Error(
      `The Workers are deployed, but ${missing.join(' and ')} must be set before the page goes live:\n` +
        `${commands.join('\n')}\nThen deploy again.`,
    )
  }
  await steps.run(async () => {
    await wrangler(inWebFolder(['pages', 'deploy', 'dist', '--branch', 'main']))
    return 'page deployed'
  })
}
