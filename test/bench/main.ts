/** The bench as a program: `npm run bench` says what it is to do. */
import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import { EXIT_INTERRUPTED, endOnSignals } from '../../scripts/terminal/lifetime.ts'
import { reportAndExit } from '../../scripts/terminal/report.ts'
import { seconds } from '../../scripts/terminal/steps.ts'
import { chartOf } from './chart.ts'
import { BENCH_NAMES } from './names.ts'
import { FULL_SCALE } from './probes.ts'
import { runBench } from './run.ts'
import { tableOf } from './table.ts'

const optionsSchema = z.object({
  clients: z.array(z.int()),
  seconds: z.number(),
  requestsMax: z.int().nullable(),
  only: z.array(z.enum(BENCH_NAMES)),
  json: z.string().nullable(),
  svg: z.string().nullable(),
})

const options = optionsSchema.parse(JSON.parse(process.argv[2] ?? '{}'))
const lifetime = endOnSignals(EXIT_INTERRUPTED)
const interrupted = new AbortController()
const beganAtMs = Date.now()
lifetime.add(async () => interrupted.abort())
try {
  const result = await runBench(
    { ...options, scale: FULL_SCALE },
    {
      tell: (line) => console.log(`  ${seconds(Date.now() - beganAtMs).padStart(8)}  ${line}`),
      signal: interrupted.signal,
      onStop: lifetime.add,
    },
  )
  console.log(tableOf(result))
  if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(result, null, 2)}\n`)
  if (options.svg !== null && result.series.length > 0) writeFileSync(options.svg, chartOf(result))
  if (result.failure !== null) reportAndExit(new Error(result.failure))
} catch (error) {
  // An interrupted run is ended by whoever interrupted it.
  if (!interrupted.signal.aborted) reportAndExit(error)
}
