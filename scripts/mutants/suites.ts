/** The suites that a mutant is shown to, each until the first thing in it that is red. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { binaries } from '../local/project.ts'
import { SUITE_NAMES, type SuiteName } from './mutant.ts'
import { type Ended, type Limits, runLimited } from './run-limited.ts'

/** A time limit that is reached counts as red: the bug made something endless. */
export type Verdict = { kind: 'green' } | { kind: 'red'; by: string } | { kind: 'timeout' }

export type Suite = (folder: string, limits: Limits) => Promise<Verdict>

/** What many orders in bad weather find is mostly found in the first few hundred. */
const SIMULATION_RUNS = 2_000
const RUNS_AT_ONCE = 500

export const SUITES: ReadonlyMap<SuiteName, Suite> = new Map(
  SUITE_NAMES.map((name) => [name, name === 'simulation' ? simulation : tests(name)]),
)

const reportSchema = z.object({
  testResults: z.array(
    z.object({
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
})

const tallySchema = z.object({
  failures: z.array(z.object({ seed: z.int(), violations: z.array(z.string()) })),
})

/** A project of vitest's. */
function tests(project: SuiteName): Suite {
  return async (folder, limits) => {
    const report = join(folder, `${project}.report.json`)
    const args = ['run', '--project', project, '--bail=1']
    const ended = await runLimited(
      binaries.node,
      [binaries.vitest, ...args, '--reporter=json', `--outputFile.json=${report}`],
      { cwd: folder },
      limits,
    )
    return verdictOf(ended, () => firstFailure(report))
  }
}

const isFailed = ({ status }: { status: string }): boolean => status === 'failed'

function firstFailure(report: string): string | undefined {
  if (!existsSync(report)) return undefined
  const { testResults } = reportSchema.parse(JSON.parse(readFileSync(report, 'utf8')))
  const test = testResults.flatMap((module) => module.assertionResults).find(isFailed)
  return test?.fullName ?? testResults.find(isFailed)?.message
}

/** Random faults first, a piece at a time, then every single fault. */
async function simulation(folder: string, limits: Limits): Promise<Verdict> {
  for (let done = 0; done < SIMULATION_RUNS; done += RUNS_AT_ONCE) {
    const json = join(folder, `simulation-${done}.report.json`)
    const options = { runs: RUNS_AT_ONCE, firstSeed: done + 1, json, mode: 'random' }
    const ended = await simulate(folder, options, limits)
    // Written before the run is made smaller for people to read, which may take too long.
    const by = firstViolation(json)
    if (by !== undefined) return { kind: 'red', by }
    const verdict = verdictOf(ended, () => undefined)
    if (verdict.kind !== 'green') return verdict
  }
  const options = { runs: 1, firstSeed: 1, json: null, mode: 'single-faults' }
  return verdictOf(await simulate(folder, options, limits), firstSingleFault)
}

function simulate(
  folder: string,
  options: { runs: number; firstSeed: number; json: string | null; mode: string },
  limits: Limits,
): Promise<Ended> {
  const program = join('test', 'simulation', 'main.ts')
  const all = JSON.stringify({ ...options, jobs: 1, trace: false })
  return runLimited(
    binaries.node,
    ['--disable-warning=ExperimentalWarning', program, all],
    { cwd: folder, env: { NODE_ENV: 'production' } },
    limits,
  )
}

function firstViolation(json: string): string | undefined {
  if (!existsSync(json)) return undefined
  const { failures } = tallySchema.parse(JSON.parse(readFileSync(json, 'utf8')))
  return failures.map(({ seed, violations }) => `${violations[0]} (seed ${seed})`)[0]
}

const firstSingleFault = (output: string): string | undefined =>
  / [1-9]\d* violations\n(.+)/.exec(output)?.[1]

function verdictOf(ended: Ended, firstRed: (output: string) => string | undefined): Verdict {
  if (ended.kind === 'timeout') return ended
  if (ended.code === 0) return { kind: 'green' }
  return { kind: 'red', by: oneLine(firstRed(ended.output) ?? errorIn(ended.output)) }
}

/** It did not even get to a test: what it threw. */
const errorIn = (output: string): string => /^.*Error: .+$/m.exec(output)?.[0] ?? output.slice(-200)

const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, ' ')
