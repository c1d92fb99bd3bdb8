/** The simulation as a program: `npm run simulate` says what it is to do. */
import { writeFileSync } from 'node:fs'
import { z } from 'zod'
import {
  ENUMERATION_MODES,
  type Enumerated,
  type EnumerationMode,
  chaptersOf,
} from './enumeration.ts'
import { quiet } from './quiet.ts'
import { readable } from './readable.ts'
import { report, reportOfEnumeration } from './report.ts'
import { run } from './run.ts'
import { sideBySide } from './side-by-side.ts'
import { Stage } from './stage.ts'
import { type Tally, count, emptyTally, merge } from './tally.ts'
import type { Seeds } from './worker.ts'

const RUNS_PER_TASK = 500
const PROGRESS_MS = 5_000

const optionsSchema = z.object({
  mode: z.enum(['random', ...ENUMERATION_MODES]),
  runs: z.int(),
  firstSeed: z.int(),
  jobs: z.int(),
  trace: z.boolean(),
  json: z.string().nullable(),
})
type Options = z.infer<typeof optionsSchema>

const print = console.log.bind(console)

async function runHere({ runs, firstSeed, trace }: Options): Promise<Tally> {
  const tally = emptyTally()
  const stage = new Stage()
  const tell = trace ? { tell: (line: string) => print(line) } : {}
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    count(tally, await run({ seed, stage, ...tell }))
  }
  return tally
}

async function runSideBySide({ runs, firstSeed, jobs }: Options): Promise<Tally> {
  const tally = emptyTally()
  const startedAtMs = performance.now()
  const progress = setInterval(() => {
    const perS = Math.round((tally.sagas / (performance.now() - startedAtMs)) * 1_000)
    print(`${tally.runs} of ${runs} runs, ${perS} sagas/s, ${tally.failures.length} violations`)
  }, PROGRESS_MS)
  const tasks: Seeds[] = []
  for (let done = 0; done < runs; done += RUNS_PER_TASK) {
    tasks.push({ firstSeed: firstSeed + done, runs: Math.min(RUNS_PER_TASK, runs - done) })
  }
  await sideBySide(tasks, jobs, (part) => merge(tally, part))
  clearInterval(progress)
  return tally
}

async function simulate(options: Options): Promise<void> {
  const { firstSeed, jobs, trace, runs, json } = options
  const startedAtMs = performance.now()
  const isShort = trace || runs <= RUNS_PER_TASK
  const tally = await (isShort ? runHere(options) : runSideBySide(options))
  const tookMs = performance.now() - startedAtMs
  print(report(tally, { firstSeed, jobs: isShort ? 1 : jobs, tookMs }))
  if (json) writeFileSync(json, `${JSON.stringify({ firstSeed, tookMs, ...tally })}\n`)
  const [first] = tally.failures
  if (!first) return
  print(`\n${await readable(new Stage(), first)}`)
  const others = tally.failures.slice(1).map(({ seed }) => seed)
  if (others.length > 0) print(`Other seeds that fail: ${others.join(', ')}`)
  process.exitCode = 1
}

async function enumerateAll(mode: EnumerationMode, { jobs }: Options): Promise<void> {
  const startedAtMs = performance.now()
  const chapters = chaptersOf(mode)
  const done: Enumerated[] = []
  const progress = setInterval(() => {
    const runs = done.reduce((sum, chapter) => sum + chapter.runs, 0)
    print(`${done.length} of ${chapters.length} parts, ${runs} runs`)
  }, PROGRESS_MS)
  await sideBySide(chapters, jobs, (chapter) => void done.push(chapter))
  clearInterval(progress)
  print(reportOfEnumeration(done, performance.now() - startedAtMs))
  if (done.some(({ failed }) => failed.length > 0)) process.exitCode = 1
}

const options = optionsSchema.parse(JSON.parse(process.argv[2] ?? '{}'))
quiet()
const { mode } = options
await (mode === 'random' ? simulate(options) : enumerateAll(mode, options))
