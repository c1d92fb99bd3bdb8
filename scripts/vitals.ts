/** `npm run vitals`: what the page costs those who visit it, as a browser measures it. */
import { writeFileSync } from 'node:fs'
import { SHIFT_MAX } from '../test/support/page-vitals.ts'
import { onPageStage } from './browser/page-stage.ts'
import { readArgs, readCount, readFilePath } from './terminal/args.ts'
import { EXIT_FAILED } from './terminal/lifetime.ts'
import { reportAndExit } from './terminal/report.ts'
import { printBanner } from './terminal/welcome.ts'
import { JOURNEYS } from './vitals/journeys.ts'
import { type Measured, measure } from './vitals/measure.ts'
import { SURROUNDINGS } from './vitals/surroundings.ts'
import { tableOf } from './vitals/table.ts'

const RUNS_DEFAULT = 5

const HELP = `
npm run vitals [-- --runs N --json FILE --url URL]

Starts a shop of its own (empty state, free port) and measures in Chromium what a new visitor
meets, without a service worker: first and largest contentful paint, the slowest input to the next
paint, the sum of all layout shifts, bytes of scripts as they travel (compressed, with headers), and
requests. Medians, but the largest sum of shifts.

Journeys:
${JOURNEYS.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join('\n')}

Each on:
${SURROUNDINGS.map(({ name, about }) => `  ${name.padEnd(10)} ${about}`).join('\n')}

  --runs N     how often each (${RUNS_DEFAULT})
  --json FILE  writes the result, with everything that shifted
  --url URL    measure a shop that runs already

Exits with 1 if anything shifted by more than ${SHIFT_MAX}. All of it takes about three minutes on two
cores that have nothing else to do.
`

async function vitals(): Promise<void> {
  const { values } = readArgs(HELP, {
    runs: { type: 'string' },
    json: { type: 'string' },
    url: { type: 'string' },
  })
  const runs = readCount('runs', values.runs, RUNS_DEFAULT)
  const json = readFilePath('json', values.json)
  printBanner(`vitals: what the page costs its visitors, ${runs} times each`)
  const rows: Measured[] = []
  await onPageStage('vitals', values.url, async (stage) => {
    for (const surroundings of SURROUNDINGS) {
      for (const journey of JOURNEYS) {
        await stage.steps.run(async () => {
          rows.push(await measure(stage, journey, surroundings, runs))
          return `${journey.name}, ${surroundings.name}`
        })
      }
    }
  })
  console.log(`\n${tableOf(rows)}\n`)
  if (json !== null) writeFileSync(json, `${JSON.stringify(rows, null, 2)}\n`)
  const restless = rows.filter(({ shift }) => shift > SHIFT_MAX)
  for (const { journey, surroundings, shifts } of restless) {
    console.error(
      `${journey}, ${surroundings}: too much shifts\n${JSON.stringify(shifts, null, 1)}`,
    )
  }
  if (restless.length > 0) process.exitCode = EXIT_FAILED
}

await vitals().catch(reportAndExit)
