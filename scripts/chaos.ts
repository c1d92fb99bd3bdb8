/** `npm run chaos`: the shop under load, in bad weather, killed and restarted again and again. */
import { writeFileSync } from 'node:fs'
import { resultOf } from './chaos/result.ts'
import { runChaos } from './chaos/run.ts'
import { type Server, startServer } from './chaos/server.ts'
import { stockUp } from './chaos/stock.ts'
import { tablesOf } from './chaos/table.ts'
import { forgetState, temporaryState } from './local/temporary-shop.ts'
import { readArgs, readCount, readFilePath } from './terminal/args.ts'
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, endOnSignals } from './terminal/lifetime.ts'
import { reportAndExit } from './terminal/report.ts'
import { seconds } from './terminal/steps.ts'
import { printBanner } from './terminal/welcome.ts'

const ORDERS_DEFAULT = 200
const KILLS_DEFAULT = 4
// Longer than the retries of a compensation take, so that some sagas park.
const SPELL_MS_MAX = 20_000
const SEEDS = 1_000_000

const HELP = `
npm run chaos [-- --orders N --kills K --seed S --json FILE]

Starts a shop of its own (empty state, free port) and places N orders of every kind, 24 shoppers
at a time. Meanwhile the domains commit faults (outages, lost and doubled replies, refusals,
slowness), and at K random moments every process of the shop gets SIGKILL and is started again on
the same state. A shopper sends what was not answered again, with the same Idempotency-Key.

Then all is calm, and it waits until nothing moves any more, sends every order once more, and
audits all databases. Exits with 0 only if no order is lost, doubled or open, and the audit is
clean. The state is kept when it is not.

  --orders N   how many orders (${ORDERS_DEFAULT})
  --kills K    how many kills (${KILLS_DEFAULT})
  --seed S     decides the orders, the weather, and which order each kill comes after; without it,
               one is drawn, and printed
  --json FILE  write the result there as well

2,000 orders and 30 kills take about 20 minutes on two busy cores.
`

const progressOn =
  (beganAtMs: number) =>
  (line: string): void =>
    console.log(`  ${seconds(Date.now() - beganAtMs).padStart(8)}  ${line}`)

async function chaos(): Promise<void> {
  const { values } = readArgs(HELP, {
    orders: { type: 'string' },
    kills: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'string' },
  })
  const options = {
    orders: readCount('orders', values.orders, ORDERS_DEFAULT),
    kills: readCount('kills', values.kills, KILLS_DEFAULT, 0),
    seed: readCount('seed', values.seed, Math.floor(Math.random() * SEEDS)),
    spellMsMax: SPELL_MS_MAX,
  }
  const json = readFilePath('json', values.json)
  printBanner(`chaos: ${options.orders} orders, ${options.kills} kills, seed ${options.seed}`)

  const lifetime = endOnSignals(EXIT_INTERRUPTED)
  const stateDir = temporaryState('chaos')
  let server: Server | null = null
  let isToKeep = false
  lifetime.add(async (graceMs) => {
    await server?.stop(graceMs)
    if (!isToKeep) forgetState(stateDir)
  })
  try {
    await stockUp(stateDir, options.orders)
    server = startServer(stateDir)
    const result = resultOf(await runChaos(options, server, progressOn(Date.now())))
    console.log(tablesOf(result))
    if (json !== null) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`)
    isToKeep = !result.ok
  } catch (error) {
    isToKeep = true
    throw error
  } finally {
    await lifetime.end()
    if (isToKeep) console.error(`\nThe state is kept: EDGE_SAGA_STATE=${stateDir} npm start\n`)
  }
  process.exitCode = isToKeep ? EXIT_FAILED : EXIT_OK
}

await chaos().catch(reportAndExit)
