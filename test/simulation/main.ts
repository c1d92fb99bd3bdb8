/** The simulation as a program: `npm run simulate` says what it is to do. */
import { fork } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { quiet } from './quiet.ts'
import { readable } from './readable.ts'
import { report, reportOfSingleFaults } from './report.ts'
import { run } from './run.ts'
import { everySingleFault } from './single-faults.ts'
import { Stage } from './stage.ts'
import { type Tally, count, emptyTally, merge } from './tally.ts'
import type { Task } from './worker.ts'

const RUNS_PER_TASK = 500
const PROGRESS_MS = 5_000

const optionsSchema = z.object({
  runs: z.int(),
  firstSeed: z.int(),
  jobs: z.int(),
  trace: z.boolean(),
  json: z.string().nullable(),
  singleFaults: z.boolean(),
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

function runSideBySide({ runs, firstSeed, jobs }: Options): Promise<Tally> {
  const { promise, resolve, reject } = Promise.withResolvers<Tally>()
  const tally = emptyTally()
  const startedAtMs = performance.now()
  const progress = setInterval(() => {
    const perS = Math.round((tally.sagas / (performance.now() - startedAtMs)) * 1_000)
    print(`${tally.runs} of ${runs} runs, ${perS} sagas/s, ${tally.failures.length} violations`)
  }, PROGRESS_MS)
  const tasks = tasksOf(firstSeed, runs)
  // What was begun is ended, so the seeds that are told of are those that ran.
  process.once('SIGINT', () => void tasks.return(undefined))
  let working = jobs
  for (let job = 0; job < jobs; job += 1) {
    const worker = fork(join(import.meta.dirname, 'worker.ts'))
    const give = () => {
      const { value: task } = tasks.next()
      if (task) {
        worker.send(task)
        return
      }
      working -= 1
      worker.disconnect()
      if (working > 0) return
      clearInterval(progress)
      resolve(tally)
    }
    worker.on('error', reject)
    worker.on('exit', (code) => {
      if (code !== 0) reject(new Error(`a process of the simulation ended with ${code}`))
    })
    worker.on('message', (part: Tally) => {
      merge(tally, part)
      give()
    })
    give()
  }
  return promise
}

function* tasksOf(firstSeed: number, runs: number): Generator<Task, undefined> {
  for (let done = 0; done < runs; done += RUNS_PER_TASK) {
    yield { firstSeed: firstSeed + done, runs: Math.min(RUNS_PER_TASK, runs - done) }
  }
  return undefined
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

async function simulateSingleFaults(): Promise<void> {
  const startedAtMs = performance.now()
  const stories = await everySingleFault(new Stage())
  print(reportOfSingleFaults(stories, performance.now() - startedAtMs))
  if (stories.some(({ failed }) => failed.length > 0)) process.exitCode = 1
}

const options = optionsSchema.parse(JSON.parse(process.argv[2] ?? '{}'))
quiet()
await (options.singleFaults ? simulateSingleFaults() : simulate(options))
