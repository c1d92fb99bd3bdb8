/** `npm run bench`: orders a second and their latency, side by side with the platform's limits. */
import { spawn } from 'node:child_process'
import { BENCH_NAMES } from '../test/bench/names.ts'
import { binaries, inProject, projectRoot } from './local/project.ts'
import { readArgs, readCount, readFilePath, refuse } from './terminal/args.ts'

const CLIENTS_DEFAULT = '1,8,32,128'
const CLIENTS_MAX = 1_000
const SECONDS_DEFAULT = 6

const HELP = `
npm run bench [-- --json FILE --svg FILE --clients N,… --seconds S --orders N --only SERIES,…]

Starts the shop (production bundles) and its peers in one workerd, on memory where the machine has
/dev/shm, and drives it in a closed loop. One row for each series and number of clients: how many a
second, P50 and P99. An order that is lost, unsettled or has another outcome than it should ends
the bench with an error, and what was measured before is told and written.

  --json FILE         writes the result
  --svg FILE          writes a chart; without it, beside the JSON
  --clients N,N,…     how many clients at a time (${CLIENTS_DEFAULT})
  --seconds S         how long each cell takes its requests (${SECONDS_DEFAULT})
  --orders N          ends a cell after N requests, though there be time left
  --only SERIES,…     some series only

Series:
  no-op               a request that does nothing
  bare-object         a new object with one durable write: the limit of an object per order
  workflows-good      the same order on Cloudflare Workflows, with rollbacks
  workflows-declined  … whose card is declined: all four holds are rolled back
  edge-saga-good      the shop's order with the quote that its page was shown, confirmed
  edge-saga-declined  … whose card is declined: all four holds are compensated
  edge-saga-unquoted  a good order that brings no quote, and is quoted as it comes
  edge-saga-visit     the request for a quote, and then a good order with it

Once each, whatever the number of clients:
  sockets             1,000 of them: how long an update takes from its commit to each
  hot-sku             2,000 buyers, 100 units: 100 are sold, and how long the refusals take
  start-up            from the start of workerd to the first answer
  memory              what workerd's memory grows by with 1,000 open orders
  cost                what an order uses, counted, and what a million of them cost

All of it takes about six minutes on two cores that have nothing else to do.
`

function readClients(text: string): number[] {
  const clients = text.split(',').map(Number)
  const isGood = (it: number): boolean => Number.isSafeInteger(it) && it >= 1 && it <= CLIENTS_MAX
  if (clients.every(isGood)) return [...new Set(clients)].toSorted((a, b) => a - b)
  return refuse(`--clients must be whole numbers from 1 to ${CLIENTS_MAX}, as in 1,8,32.`)
}

function readNames(text: string | undefined): readonly string[] {
  const known: readonly string[] = BENCH_NAMES
  const names = text?.split(',') ?? known
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length === 0) return names
  return refuse(`There is no series ${unknown.join(', ')}. There are: ${known.join(', ')}.`)
}

/** Beside the JSON, where nothing else is said. */
function chartPath(svg: string | undefined, json: string | null): string | null {
  if (svg !== undefined || json === null) return readFilePath('svg', svg)
  return json.replace(/\.json$/, '').concat('.svg')
}

const { values } = readArgs(HELP, {
  json: { type: 'string' },
  svg: { type: 'string' },
  clients: { type: 'string' },
  seconds: { type: 'string' },
  orders: { type: 'string' },
  only: { type: 'string' },
})
const json = readFilePath('json', values.json)
const options = {
  clients: readClients(values.clients ?? CLIENTS_DEFAULT),
  seconds: readCount('seconds', values.seconds, SECONDS_DEFAULT),
  requestsMax: values.orders === undefined ? null : readCount('orders', values.orders, 1),
  only: readNames(values.only),
  json,
  svg: chartPath(values.svg, json),
}
const program = inProject('test', 'bench', 'main.ts')
// The channel ends the bench when this process is killed. Ctrl-C reaches it by itself, and it
// says how it ended.
const bench = spawn(
  binaries.node,
  ['--disable-warning=ExperimentalWarning', program, JSON.stringify(options)],
  { cwd: projectRoot, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] },
)
process.on('SIGINT', () => undefined)
for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => bench.kill(signal))
process.on('disconnect', () => bench.kill('SIGTERM'))
process.channel?.unref()
bench.on('exit', (code) => (process.exitCode = code ?? 1))
