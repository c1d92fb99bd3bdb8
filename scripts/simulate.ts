/** `npm run simulate`: sagas through a simulated world in which everything fails. */
import { availableParallelism } from 'node:os'
import { binaries, inProject } from './local/project.ts'
import { helpHint, readArgs, readCount, readFilePath, refuse } from './terminal/args.ts'
import { runCommand } from './terminal/command.ts'

const RUNS_DEFAULT = 10_000
const SEED_DEFAULT = 1
const NODE_OPTIONS = ['--disable-warning=ExperimentalWarning']
/** It leaves much behind for a moment; looked through more seldom, it is a fifth quicker. */
const POLICIES_NODE_OPTIONS = ['--max-semi-space-size=64']
const POLICIES = { ordersPerSecond: 5_000, seconds: 180 }

const OPTIONS_OF = {
  random: ['runs', 'seed', 'jobs', 'trace', 'json'],
  'single-faults': ['jobs'],
  'pairs-of-deaths': ['jobs'],
  policies: ['orders-per-second', 'seconds', 'seed', 'hard', 'json'],
} as const

const HELP = `
npm run simulate [-- --runs N --seed S --jobs J --trace --json FILE]
npm run simulate -- --single-faults [--jobs J]
npm run simulate -- --pairs-of-deaths [--jobs J]
npm run simulate -- --policies [--orders-per-second N --seconds N --seed S --hard --json FILE]

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
  --policies         instead: fault policies compared, in one process and a few minutes: a fixed timeout,
                     a breaker with exponential backoff, and ours
  --orders-per-second N  how many orders come (${POLICIES.ordersPerSecond.toLocaleString('en')})
  --seconds N        of virtual time, for how long (${POLICIES.seconds})
  --hard             with longer incidents than those that the bounds are for

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
  policies: { type: 'boolean' },
  'orders-per-second': { type: 'string' },
  seconds: { type: 'string' },
  hard: { type: 'boolean' },
})
const modes = (['single-faults', 'pairs-of-deaths', 'policies'] as const).filter((it) => values[it])
if (modes.length > 1) refuse(`Take one of --${modes.join(' and --')} at a time.`)
const [mode = 'random'] = modes
refuseOptionsOfOthers()
const seed = readCount('seed', values.seed, SEED_DEFAULT)
const json = readFilePath('json', values.json)
const { program, options, nodeOptions } = mode === 'policies' ? policies() : runs(mode)

/** What a mode does not look at would be believed to count. */
function refuseOptionsOfOthers(): void {
  const own: string[] = [mode, ...OPTIONS_OF[mode]]
  const stray = Object.keys(values).find((name) => !own.includes(name))
  if (stray === undefined) return
  const wrong = mode === 'random' ? 'goes with --policies only' : `does not go with --${mode}`
  refuse(`--${stray} ${wrong}. Nothing was begun.\n${helpHint('npm run simulate')}`)
}

function policies() {
  const { 'orders-per-second': perSecond } = values
  return {
    program: inProject('test', 'simulation', 'policies', 'main.ts'),
    nodeOptions: POLICIES_NODE_OPTIONS,
    options: {
      seed,
      ordersPerSecond: readCount('orders-per-second', perSecond, POLICIES.ordersPerSecond),
      seconds: readCount('seconds', values.seconds, POLICIES.seconds),
      incidents: values.hard ? 'hard' : 'usual',
      json,
    },
  }
}

function runs(kind: 'random' | 'single-faults' | 'pairs-of-deaths') {
  return {
    program: inProject('test', 'simulation', 'main.ts'),
    nodeOptions: [],
    options: {
      mode: kind,
      runs: readCount('runs', values.runs, RUNS_DEFAULT),
      firstSeed: seed,
      jobs: readCount('jobs', values.jobs, availableParallelism()),
      trace: values.trace ?? false,
      json,
    },
  }
}

// The simulation ends by itself, and says what it has done.
process.on('SIGINT', () => undefined)
const { code } = await runCommand(
  binaries.node,
  [...NODE_OPTIONS, ...nodeOptions, program, JSON.stringify(options)],
  { show: true, env: { NODE_ENV: 'production' } },
)
process.exitCode = code
