/** `npm run demo`: orders of every kind, what became of each, and whether it all adds up. */
import { openCustomer } from './client/customer.ts'
import { assertShopAnswers } from './client/http.ts'
import { operatorOf } from './client/operator.ts'
import { printAudit, printTable, printTimelines } from './demo/report.ts'
import { runScenarios } from './demo/run.ts'
import { SCENARIOS, type World } from './demo/scenarios.ts'
import { seededRandom } from './demo/random.ts'
import { operatorTokenOf } from './local/secrets.ts'
import type { LocalShop } from './local/start-local.ts'
import { startTemporaryShop } from './local/temporary-shop.ts'
import { readArgs, readCount } from './terminal/args.ts'
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, endOnSignals } from './terminal/lifetime.ts'
import { reportAndExit } from './terminal/report.ts'
import { seconds } from './terminal/steps.ts'
import { printBanner } from './terminal/welcome.ts'

const ORDERS_DEFAULT = 45
const CANDIDATE_PERCENT = 50

const HELP = `
npm run demo [-- --orders N --seed S --url URL]

Starts a shop of its own (empty state, free port), places at least N orders, six at a time, and
waits until all have settled. Prints the timeline of each saga, a table of how each kind ended,
and the conservation audit over all databases. Half of the customers order on version 2 of the
saga, which holds stock before anything else. Exits with 0 only if every kind ended as it must
and the audit is clean.

Kinds:
${SCENARIOS.map(({ name, about }) => `  ${name.padEnd(20)} ${about}`).join('\n')}

  --orders N  how many at least (${ORDERS_DEFAULT}); all kinds together need about 40
  --seed S    which products are bought (1)
  --url URL   use a shop that runs already, with the OPERATOR_TOKEN of .dev.vars or the
              environment. Its scarce things must not be sold yet.
`

/** In stock by the dozen: no scenario runs out of them. */
const PLENTIFUL = ['MUG-CLAY', 'NOTE-DOT', 'BELL-BIKE', 'CANDLE-FIG', 'BOARD-CUT', 'PLANT-FERN']

function newWorld(url: string, seed: number): World {
  const random = seededRandom(seed)
  return {
    url,
    random,
    newCustomer: async () => openCustomer(url),
    anySku: () => PLENTIFUL[Math.floor(random() * PLENTIFUL.length)] ?? 'MUG-CLAY',
  }
}

async function ownShop(): Promise<LocalShop> {
  const startedAtMs = Date.now()
  const shop = await startTemporaryShop('demo')
  console.log(`  A shop of its own runs at ${shop.url} (${seconds(Date.now() - startedAtMs)}).`)
  return shop
}

async function play(url: string, token: string, orders: number, seed: number): Promise<boolean> {
  const operator = operatorOf(url, token)
  const startedAtMs = Date.now()
  const runs = await runScenarios(SCENARIOS, orders, newWorld(url, seed), operator)
  const begun = await printTimelines(runs, operator)
  const asExpected = printTable(SCENARIOS, runs)
  const audit = await operator.audit()
  printAudit(audit)
  const versions = [...begun]
    .toSorted(([one], [other]) => one - other)
    .map(([version, count]) => `${count} on version ${version}`)
  console.log(`\n${runs.length} orders in ${seconds(Date.now() - startedAtMs)}, seed ${seed}`)
  console.log(`Sagas begun: ${versions.join(', ')}`)
  return asExpected && audit.ok
}

async function demo(): Promise<void> {
  const { values } = readArgs(HELP, {
    orders: { type: 'string' },
    seed: { type: 'string' },
    url: { type: 'string' },
  })
  const orders = readCount('orders', values.orders, ORDERS_DEFAULT)
  const seed = readCount('seed', values.seed, 1)
  printBanner('demo: orders of every kind')
  if (values.url !== undefined) {
    await assertShopAnswers(values.url)
    const token = operatorTokenOf(process.env)
    const isGood = await play(values.url.replace(/\/$/, ''), token, orders, seed)
    process.exitCode = isGood ? EXIT_OK : EXIT_FAILED
    return
  }
  const lifetime = endOnSignals(EXIT_INTERRUPTED)
  const shop = await ownShop()
  lifetime.add((graceMs) => (graceMs > 0 ? shop.stop() : shop.kill()))
  try {
    await operatorOf(shop.url, shop.operatorToken).splitVersions(CANDIDATE_PERCENT)
    const isGood = await play(shop.url, shop.operatorToken, orders, seed)
    process.exitCode = isGood ? EXIT_OK : EXIT_FAILED
  } finally {
    await lifetime.end()
  }
}

await demo().catch(reportAndExit)
