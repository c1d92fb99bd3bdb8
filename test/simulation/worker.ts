/**
 * One process of the simulation: takes ranges of seeds, gives tallies back. A process and no thread:
 * SQLite in several threads of one process waits for itself.
 */
import { quiet } from './quiet.ts'
import { run } from './run.ts'
import { Stage } from './stage.ts'
import { count, emptyTally } from './tally.ts'

export type Task = { firstSeed: number; runs: number }

// Ctrl-C reaches the whole group; the parent lets each end what it has begun.
process.on('SIGINT', () => undefined)
quiet()
const stage = new Stage()

process.on('message', ({ firstSeed, runs }: Task) => {
  void runAll(firstSeed, runs)
})

async function runAll(firstSeed: number, runs: number): Promise<void> {
  const tally = emptyTally()
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    count(tally, await run({ seed, stage }))
  }
  process.send?.(tally)
}
