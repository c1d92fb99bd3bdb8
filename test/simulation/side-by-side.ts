/** Tasks of a simulation, in several processes at a time. */
import { fork } from 'node:child_process'
import { join } from 'node:path'
import type { ResultOf, Task } from './worker.ts'

/**
 * Almost all that a run makes is garbage soon: with the default of 16 MiB for what is young, a fifth
 * of the time went into collecting it.
 */
const YOUNG_MIB = 64

/**
 * `take` gets what each task came to, in no order. On Ctrl-C no further task begins, and what was
 * begun is ended. Throws when a process dies.
 */
export function sideBySide<T extends Task>(
  tasks: readonly T[],
  jobs: number,
  take: (result: ResultOf<T>) => void,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const left = [...tasks]
  process.once('SIGINT', () => void left.splice(0))
  let working = Math.min(jobs, tasks.length)
  const start = (): void => {
    const worker = fork(join(import.meta.dirname, 'worker.ts'), {
      execArgv: [...process.execArgv, `--max-semi-space-size=${YOUNG_MIB}`],
    })
    const give = (): void => {
      const task = left.shift()
      if (task) {
        worker.send(task)
        return
      }
      working -= 1
      worker.disconnect()
      if (working === 0) resolve()
    }
    worker.on('error', reject)
    worker.on('exit', (code) => {
      if (code !== 0) reject(new Error(`a process of the simulation ended with ${code}`))
    })
    worker.on('message', (result: ResultOf<T>) => {
      take(result)
      give()
    })
    give()
  }
  for (let job = working; job > 0; job -= 1) start()
  return promise
}
