/** The parts of `npm test`, in the order in which they tell the most for the least time. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { binaries, inProject } from '../local/project.ts'
import { runCommand } from '../terminal/command.ts'
import { COUNT_FILE } from './count-reporter.ts'
import { type Count, runChecks } from './run-checks.ts'

export type Part = {
  name: string
  about: string
  /** It has all cores busy. */
  isAlone: boolean
  /** Its output is shown while it comes, or comes with the count. */
  run: (how: { show: boolean }) => Promise<Counted>
}
export type Counted = Count & { output: string }

/**
 * Those that only compute come first: quick to fail, and they would take the cores from those in real time.
 * Of these, who takes longest begins first.
 */
const ABOUT: Record<string, string> = {
  core: 'the pure engine',
  mutants: 'that bugs can still be planted, and that the gate can fail',
  api: 'the API alone, with doubles behind it',
  web: 'stores, composables and components of the page',
  participant: "the domains' barrier, rules and databases, in workerd",
  e2e: 'a real browser and raw requests against the running shop',
  integration: 'objects, queues and API together, in workerd',
  start: 'starting, stopping and killing the shop, with people in it',
  chaos: 'the running shop, killed again and again',
  bench: 'the benchmark, in miniature',
  deploy: 'dry run of a deployment',
  simulation: 'the engine against a simulated world with faults',
}
/** After everything that is quicker to fail. */
const LAST = ['start', 'chaos', 'bench', 'deploy', 'simulation']
/** The others wait for much of their time: for processes, and for time to pass. */
const ALONE = ['simulation']

/** What is kept until it is shown goes to the same terminal. */
const COLOURS: NodeJS.ProcessEnv = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}

const countSchema = z.object({
  passed: z.int(),
  failed: z.int(),
  skipped: z.int(),
  retried: z.array(z.string()),
})

function readCount(path: string): Count {
  if (!existsSync(path)) return { passed: 0, failed: 0, skipped: 0, retried: [] }
  return countSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
}

async function runVitest(project: string, show: boolean): Promise<Counted> {
  const folder = mkdtempSync(join(tmpdir(), 'edge-saga-count-'))
  const path = join(folder, 'count.json')
  const reporters = ['default', inProject('scripts', 'checks', 'count-reporter.ts')]
  const { code, output } = await runCommand(
    binaries.node,
    [binaries.vitest, 'run', '--project', project, ...reporters.map((it) => `--reporter=${it}`)],
    { show, env: { [COUNT_FILE]: path, ...COLOURS } },
  )
  const count = readCount(path)
  rmSync(folder, { recursive: true })
  // A file that does not load fails the run without a failed test to count.
  const failed = code !== 0 ? Math.max(1, count.failed) : count.failed
  return { ...count, failed, output }
}

const rank = (name: string): number => {
  const known = Object.keys(ABOUT)
  return known.includes(name) ? known.indexOf(name) : known.length - LAST.length - 0.5
}

/** A folder of test/ with a vitest.config.ts is a part of its name. */
export function findParts(): Part[] {
  const projects = readdirSync(inProject('test'))
    .filter((name) => existsSync(inProject('test', name, 'vitest.config.ts')))
    .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((name) => ({
      name,
      about: ABOUT[name] ?? '',
      isAlone: ALONE.includes(name),
      run: ({ show }: { show: boolean }) => runVitest(name, show),
    }))
  return [
    {
      name: 'check',
      about: 'types, lint, format, architecture',
      isAlone: true,
      run: async () => ({ ...(await runChecks()), output: '' }),
    },
    ...projects,
  ]
}
