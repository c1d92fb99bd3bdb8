/** Builds everything as it would be deployed, and looks into it. */
import { mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { buildWeb } from '../local/build-web.ts'
import type { WorkerConfig } from '../local/workers.ts'
import { concurrently } from '../terminal/concurrently.ts'
import type { Steps } from '../terminal/steps.ts'
import { inWebFolder, wrangler } from './wrangler-runs.ts'

/** B1. What commits faults on purpose must not reach production, not even as dead code. */
const FORBIDDEN = [
  '/dev/faults',
  '/dev/scenarios',
  'killed on purpose',
  'fault-injected',
  'duplicateRate',
  'dropReplyRate',
  'into fault',
]

const kilobytes = (bytes: number): string => `${Math.round(bytes / 1024)} KiB`

/** Source maps hold the sources as they were: they are not what runs. */
const scriptsIn = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.m?js$/.test(name))
    .map((name) => join(folder, name))

function assertNoFaults(name: string, folder: string): string {
  const code = scriptsIn(folder)
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  const found = FORBIDDEN.filter((text) => code.includes(text))
  if (found.length === 0) return kilobytes(code.length)
  throw new Error(
    `The production bundle of ${name} contains fault injection ("${found.join('", "')}").\n` +
      "Every use of it must stand behind process.env.NODE_ENV !== 'production'.",
  )
}

async function buildWorker({ name, path }: WorkerConfig, outDir: string): Promise<string> {
  const folder = join(outDir, name)
  await wrangler(['deploy', '--dry-run', '--outdir', folder, '-c', path])
  return `${name} built (${assertNoFaults(name, folder)})`
}

async function buildFunctions(outDir: string): Promise<string> {
  const folder = join(outDir, 'pages-functions')
  mkdirSync(folder, { recursive: true })
  await wrangler(inWebFolder(['pages', 'functions', 'build', 'functions', '--outdir', folder]))
  return `Pages functions built (${assertNoFaults('the Pages functions', folder)})`
}

export async function buildEverything(
  workers: WorkerConfig[],
  outDir: string,
  steps: Steps,
): Promise<void> {
  await steps.run(() => buildWeb())
  const builds = [
    ...workers.map((worker) => () => buildWorker(worker, outDir)),
    () => buildFunctions(outDir),
  ]
  await concurrently(builds, availableParallelism(), (build) => steps.run(build))
}
