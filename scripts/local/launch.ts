/**
 * The local shop, from nothing to answering: web, databases, one wrangler process, sweeps.
 *
 * L1. Nothing is left behind: however it ends, the whole process group of wrangler ends too.
 * L2. Every wait has a bound and names what it waited for.
 */
import { mkdirSync } from 'node:fs'
import type { Lifetime } from '../terminal/lifetime.ts'
import { type Steps, stepsOn } from '../terminal/steps.ts'
import { buildWeb } from './build-web.ts'
import { deathOf } from './death.ts'
import { freePort, isFree, portHolder } from './ports.ts'
import { prepareDatabases } from './prepare-databases.ts'
import { endGroup } from './processes.ts'
import { readablePath } from './project.ts'
import { type Secrets, ensureSecrets } from './secrets.ts'
import { type ServerLog, openServerLog } from './server-log.ts'
import { claimState, identityOf, removeRecord, writeRecord } from './server-record.ts'
import { startSweeping } from './sweep.ts'
import { untilAnswering } from './readiness.ts'
import { spawnWrangler } from './wrangler.ts'

export type LaunchOptions = {
  lifetime: Lifetime
  /** 0: any free one. */
  port: number
  host: string
  stateDir: string
  verbose: boolean
  /** Who serves the page on `port`: wrangler, once it is built, or somebody else, in development. */
  page: 'built' | 'elsewhere'
  vars: Record<string, string>
  addressLimit: number
  /** Instead of those that are kept in `.dev.vars`. */
  secrets: Partial<Secrets>
  onLine?: (line: string) => void
}

export type Shop = {
  /** Where people find it. */
  url: string
  /** Where wrangler listens: elsewhere only if somebody else serves the page. */
  apiUrl: string
  operatorToken: string
  logPath: string
  /** Resolves with the reason when it cannot go on without having been asked to end. */
  died: Promise<string>
}

/** To be typed again, with what was wrong put right. */
const commandOf = (page: LaunchOptions['page']): string =>
  page === 'built' ? 'npm start' : 'npm run dev'

function makeStateDir({ stateDir, page }: LaunchOptions): void {
  try {
    mkdirSync(stateDir, { recursive: true })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `The state folder ${readablePath(stateDir)} cannot be made (${reason}).\n` +
        `Choose another: EDGE_SAGA_STATE=/tmp/other ${commandOf(page)}`,
      { cause },
    )
  }
}

async function choosePort({ port: wanted, host, page }: LaunchOptions): Promise<number> {
  if (wanted === 0) return freePort(host)
  if (await isFree(wanted, host)) return wanted
  const holder = portHolder(wanted)
  throw new Error(
    `Port ${wanted} is taken${holder === null ? '' : ` by ${holder}`}.\n` +
      `Stop that, or choose another port: PORT=${wanted + 10} ${commandOf(page)} ` +
      '(PORT=0 takes a free one).',
  )
}

async function refuseSecondServer({ stateDir, page }: LaunchOptions, steps: Steps): Promise<void> {
  const running = await claimState(stateDir, steps.note)
  if (running === null) return
  throw new Error(
    `A shop already runs on ${readablePath(stateDir)} at ${running.url} ` +
      `(pid ${running.launcher.pid}).\n` +
      `Use that one, end it with \`kill ${running.launcher.pid}\`, or give this one a state of its ` +
      `own: EDGE_SAGA_STATE=/tmp/other PORT=0 ${commandOf(page)}`,
  )
}

/** 0.0.0.0 is where to listen, not where to go. */
const urlOf = (host: string, port: number): string =>
  `http://${host === '0.0.0.0' ? 'localhost' : host}:${port}`

function openLog(options: LaunchOptions): ServerLog {
  return openServerLog(options.stateDir, {
    onLine: (line) => {
      if (options.verbose) console.log(line)
      options.onLine?.(line)
    },
    onError: (line) => {
      if (!options.verbose) console.error(line)
    },
  })
}

type Addresses = { url: string; apiUrl: string; apiPort: number }

async function serve(options: LaunchOptions, at: Addresses, steps: Steps): Promise<Shop> {
  const { stateDir, lifetime } = options
  const { url, apiUrl } = at
  const log = openLog(options)
  const child = await spawnWrangler({ ...options, port: at.apiPort })
  const group = child.pid
  if (group === undefined || child.stdout === null || child.stderr === null) {
    throw new Error('wrangler could not be started.')
  }
  let stopping = false
  const { OPERATOR_TOKEN: operatorToken } = { ...ensureSecrets(), ...options.secrets }
  const sweeping = startSweeping(apiUrl, operatorToken, log.write)
  lifetime.add(async (graceMs) => {
    stopping = true
    sweeping.stop()
    await endGroup(group, graceMs)
    log.close()
    removeRecord(stateDir)
  })
  log.read(child.stdout)
  log.read(child.stderr)
  writeRecord(stateDir, { launcher: identityOf(process.pid), server: identityOf(group), url })
  const died = deathOf(child, { stateDir, logPath: log.path, isStopping: () => stopping })
  await steps.run(() => untilAnswering(apiUrl, died, log.path))
  sweeping.begin()
  return { url, apiUrl, operatorToken, logPath: log.path, died }
}

/** What it begins is added to the lifetime, which the caller ends, also when this throws. */
export async function launch(options: LaunchOptions): Promise<Shop> {
  const { stateDir, host, lifetime } = options
  const steps = stepsOn(process.stdout)
  makeStateDir(options)
  await refuseSecondServer(options, steps)
  const port = await choosePort(options)
  const isFront = options.page === 'built'
  const apiPort = isFront ? port : await freePort(host)
  const at = { url: urlOf(host, port), apiUrl: urlOf(host, apiPort), apiPort }
  // Taken early, so that a second start on this state is refused while this one still builds.
  writeRecord(stateDir, { launcher: identityOf(process.pid), server: null, url: at.url })
  lifetime.add(async () => removeRecord(stateDir))
  await Promise.all([
    isFront && steps.run(() => buildWeb()),
    steps.run(() => prepareDatabases(stateDir)),
  ])
  return serve(options, at, steps)
}
