/** The parts of `npm test`, in the order in which they tell the most for the least time. */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { binaries, inProject } from '../local/project.ts'
import { runCommand } from '../terminal/command.ts'
import { COUNT_FILE } from './count-reporter.ts'
import { type Count, runChecks } from './run-checks.ts'

export type Part = { name: string; about: string; run: () => Promise<Count> }

const ABOUT: Record<string, string> = {
  core: 'the pure engine',
  mutants: 'that bugs can still be planted, and that the gate can fail',
  simulation: 'the engine against a simulated world with faults',
  api: 'the API alone, with doubles behind it',
  participant: "the domains' barrier, rules and databases, in workerd",
  integration: 'objects, queues and API together, in workerd',
  web: 'stores, composables and components of the page',
  e2e: 'a real browser and raw requests against the running shop',
  chaos: 'the running shop, killed again and again',
  bench: 'the benchmark, in miniature',
  deploy: 'dry run of a deployment',
}
/** These start the whole shop: after everything that is quicker to fail. */
const LAST = ['e2e', 'chaos', 'bench', 'deploy']

const countSchema = z.object({ passed: z.int(), failed: z.int(), skipped: z.int() })

function readCount(path: string): Count {
  if (!existsSync(path)) return { passed: 0, failed: 0, skipped: 0 }
  return countSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
}

async function runVitest(project: string): Promise<Count> {
  const folder = mkdtempSync(join(tmpdir(), 'edge-saga-count-'))
  const path = join(folder, 'count.json')
  const reporters = ['default', inProject('scripts', 'checks', 'count-reporter.ts')]
  const { code } = await runCommand(
    binaries.node,
    [binaries.vitest, 'run', '--project', project, ...reporters.map((it) => `--reporter=${it}`)],
    { show: true, env: { [COUNT_FILE]: path } },
  )
  const count = readCount(path)
  rmSync(folder, { recursive: true })
  // A file that does not load fails the run without a failed test to count.
  return code !== 0 && count.failed === 0 ? { ...count, failed: 1 } : count
}

const rank = (name: string): number => {
  const known = Object.keys(ABOUT).filter((part) => !LAST.includes(part))
  if (LAST.includes(name)) return 100 + LAST.indexOf(name)
  return known.includes(name) ? known.indexOf(name) : 50
}

/** A folder of test/ with a vitest.config.ts is a part of its name. */
export function findParts(): Part[] {
  const projects = readdirSync(inProject('test'))
    .filter((name) => existsSync(inProject('test', name, 'vitest.config.ts')))
    .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
    .map((name) => ({ name, about: ABOUT[name] ?? '', run: () => runVitest(name) }))
  return [
    { name: 'check', about: 'types, lint, format, architecture', run: runChecks },
    ...projects,
  ]
}
