/** `npm run simulate`: sagas through a simulated world in which everything fails. */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { binaries, inProject } from './local/project.ts'
import { readArgs, readCount, refuse } from './terminal/args.ts'
import { runCommand } from './terminal/command.ts'

const RUNS_DEFAULT = 10_000
const SEED_DEFAULT = 1

const HELP = `
npm run simulate [-- --runs N --seed S --jobs J --trace --json FILE]
npm run simulate -- --single-faults [--jobs J]
npm run simulate -- --pairs-of-deaths [--jobs J]

Runs the shop's sagas through a simulated world in which everything fails: production's engine,
object and domains on SQLite, under a virtual clock. The same seed gives the same run.

  --runs N           how many runs, of one to three orders each (${RUNS_DEFAULT.toLocaleString('en')})
  --seed S           the first run's seed; the next ones count up (${SEED_DEFAULT})
  --jobs J           how many processes (as many as there are cores)
  --trace            tells what happens, step by step; for --runs 1
  --json FILE        writes what was counted
  --single-faults    instead: every story with every single fault that can strike in it
  --pairs-of-deaths  instead: every story with every death of an object or Worker, and every death
                     that can follow it

Ctrl-C ends early and tells what was done so far. Exits with 0 if nothing was violated. A violation
of a run is printed with its seed, shrunk to the orders and faults that it takes.
`

const { values } = readArgs(HELP, {
  runs: { type: 'string' },
  seed: { type: 'string' },
  jobs: { type: 'string' },
  trace: { type: 'boolean' },
  json: { type: 'string' },
  'single-faults': { type: 'boolean' },
  'pairs-of-deaths': { type: 'boolean' },
})
const modes = (['single-faults', 'pairs-of-deaths'] as const).filter((mode) => values[mode])
if (modes.length > 1) refuse('Take --single-faults or --pairs-of-deaths, one at a time.')
const runs = readCount('runs', values.runs, RUNS_DEFAULT)
const options = {
  mode: modes[0] ?? 'random',
  runs,
  firstSeed: readCount('seed', values.seed, SEED_DEFAULT),
  jobs: readCount('jobs', values.jobs, availableParallelism()),
  trace: values.trace ?? false,
  json: values.json === undefined ? null : resolve(values.json),
}
// The simulation ends by itself, and says what it has done.
process.on('SIGINT', () => undefined)
const program = inProject('test', 'simulation', 'main.ts')
const { code } = await runCommand(
  binaries.node,
  ['--disable-warning=ExperimentalWarning', program, JSON.stringify(options)],
  { show: true, env: { NODE_ENV: 'production' } },
)
process.exitCode = code
