/** How the whole shop is started as one wrangler process. */
import { type ChildProcess, spawn } from 'node:child_process'
import { dirname, join, relative } from 'node:path'
import { writeMainConfig } from './main-config.ts'
import { binaries, inProject } from './project.ts'
import { type Secrets, ensureSecrets, writeSecrets } from './secrets.ts'
import { domainConfigPaths, webConfigPath } from './workers.ts'

/** No account, no network, and nothing shared with another wrangler on this machine. */
const quietEnvironment = (stateDir: string): NodeJS.ProcessEnv => ({
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  WRANGLER_WRITE_LOGS: 'false',
  // Otherwise Workers of two servers would find each other by name.
  WRANGLER_REGISTRY_PATH: join(stateDir, 'registry'),
  // `request.cf` would be fetched from cloudflare.com, with a delay of 3 s when offline.
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  // It carries out any SQL for whoever reaches the port, with HOST=0.0.0.0 for the whole network.
  X_LOCAL_EXPLORER: 'false',
  NO_COLOR: '1',
  FORCE_COLOR: '0',
})

/**
 * The main Worker as it runs on this machine. Wrangler reads `.dev.vars` beside the configuration and
 * nowhere else, so both are written to the state folder.
 */
async function mainConfigFor(options: WranglerOptions): Promise<string> {
  const { vars, addressLimit, secrets, stateDir } = options
  const folder = join(stateDir, 'main')
  const path = await writeMainConfig(folder, { vars, addressLimit })
  writeSecrets(folder, { ...ensureSecrets(), ...secrets })
  return path
}

export type WranglerOptions = {
  port: number
  host: string
  stateDir: string
  /** Vars of the main Worker that are to be others than its wrangler.toml says. */
  vars: Record<string, string>
  /** Requests of one address within a period. */
  addressLimit: number
  secrets: Partial<Secrets>
}

/** Detached: it leads a process group of its own, which ends as a whole. */
export async function spawnWrangler(options: WranglerOptions): Promise<ChildProcess> {
  const folder = dirname(webConfigPath)
  const main = await mainConfigFor(options)
  // The Pages configuration comes first and lies in the working directory: wrangler wants it so.
  const configs = [webConfigPath, main, ...domainConfigPaths()]
  const flags = [
    ['--cwd', folder],
    ['pages', 'dev'],
    ...configs.map((path) => ['-c', relative(folder, path)]),
    ['--port', String(options.port), '--ip', options.host, '--inspector-port', '0'],
    ['--persist-to', options.stateDir, '--show-interactive-dev-session', 'false'],
  ]
  return spawn(binaries.node, [binaries.wrangler, ...flags.flat()], {
    cwd: inProject(),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...quietEnvironment(options.stateDir) },
  })
}
