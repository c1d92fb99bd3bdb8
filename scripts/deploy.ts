/** `npm run deploy`: everything to Cloudflare, in the right order; or all of it but that. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildEverything } from './deploy/bundles.ts'
import { assertDistinctIds, assertRealIds } from './deploy/preflight.ts'
import { publish } from './deploy/publish.ts'
import { type WorkerConfig, databasesOf, queuesOf, readWorkers } from './local/workers.ts'
import { readArgs } from './terminal/args.ts'
import { reportAndExit } from './terminal/report.ts'
import { type Steps, stepsOn } from './terminal/steps.ts'
import { printBanner } from './terminal/welcome.ts'

const HELP = `
npm run deploy [-- --dry-run | -- --examples]

Builds everything for production and checks it: database ids are distinct, no bundle contains
fault injection. Then, unless --dry-run is given: migrates the live databases, deploys the five
domain Workers and the main Worker, checks its secrets, and deploys the page.

  --dry-run   only build and check; needs no account and no network
  --examples  put the example shop into the databases as well: products and prices, stock,
              coupons, regions. Rows that are there stay as they are. Without it a new shop
              has nothing to sell until you have put your own rows there.

The first time it says what to create (databases, queues, the Pages project) and which secrets
to set. Repeating it is safe at any point.
`

async function build(workers: WorkerConfig[], steps: Steps): Promise<void> {
  const outDir = mkdtempSync(join(tmpdir(), 'edge-saga-bundles-'))
  try {
    await buildEverything(workers, outDir, steps)
  } finally {
    rmSync(outDir, { recursive: true, force: true })
  }
}

async function deploy(): Promise<void> {
  const { values } = readArgs(HELP, {
    'dry-run': { type: 'boolean' },
    examples: { type: 'boolean' },
  })
  const isDry = values['dry-run'] ?? false
  printBanner(isDry ? 'dry run of a deployment' : 'deploying')
  const steps = stepsOn(process.stdout)
  const workers = await readWorkers()
  const databases = databasesOf(workers)
  assertDistinctIds(databases)
  if (!isDry) assertRealIds(databases, queuesOf(workers))
  await build(workers, steps)
  if (isDry) {
    console.log('\n  Everything is built and checked. Nothing was deployed.\n')
    return
  }
  await publish(databases, { withExamples: values.examples ?? false }, steps)
  console.log('\n  Deployed.\n')
}

await deploy().catch(reportAndExit)
