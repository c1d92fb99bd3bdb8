/**
 * One process of the simulation: takes ranges of seeds or chapters, gives back what they came to. A
 * process and no thread: SQLite in several threads of one process waits for itself.
 */
import { type Chapter, type Enumerated, enumerate } from './enumeration.ts'
import { quiet } from './quiet.ts'
import { run } from './run.ts'
import { Stage } from './stage.ts'
import { type Tally, count, emptyTally } from './tally.ts'

export type Seeds = { firstSeed: number; runs: number }
export type Task = Seeds | Chapter
export type ResultOf<T extends Task> = T extends Chapter ? Enumerated : Tally

// Ctrl-C reaches the whole group; the parent lets each end what it has begun.
process.on('SIGINT', () => undefined)
quiet()
const stage = new Stage()

process.on('message', (task: Task) => {
  void work(task).then((result) => process.send?.(result))
})

const work = (task: Task): Promise<Tally | Enumerated> =>
  'story' in task ? enumerate(stage, task) : runAll(task)

async function runAll({ firstSeed, runs }: Seeds): Promise<Tally> {
  const tally = emptyTally()
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    count(tally, await run({ seed, stage }))
  }
  return tally
}
