/** Why a local shop that was not asked to end cannot go on. */
import type { ChildProcess } from 'node:child_process'
import { readablePath } from './project.ts'
import { tailOfLog } from './server-log.ts'
import { readRecord } from './server-record.ts'

const LOOK_MS = 2_000

export type Living = { stateDir: string; logPath: string; isStopping: () => boolean }

/** What a Worker threw at its start, said once more and last: wrangler says much after it. */
function causeIn(tail: string): string {
  const [, cause] = /Uncaught (?:Error: )?([^\n"\\]+)/.exec(tail) ?? []
  return cause === undefined ? '' : `\n\nIt ended because of this: ${cause}`
}

/**
 * Resolves with the reason when `child` ends, or its state folder is gone: workerd would answer on,
 * and nothing but errors. Never resolves once it is stopping.
 */
export function deathOf(
  child: ChildProcess,
  { stateDir, logPath, isStopping }: Living,
): Promise<string> {
  return new Promise((resolve) => {
    const look = setInterval(() => {
      if (isStopping() || readRecord(stateDir) !== null) return
      resolve(
        `The state folder ${readablePath(stateDir)} was deleted while the shop ran, ` +
          'so it has ended. The next start makes a new one.',
      )
    }, LOOK_MS)
    look.unref()
    child.once('exit', () => {
      clearInterval(look)
      if (isStopping()) return
      const tail = tailOfLog(logPath)
      resolve(
        `The server ended on its own. The end of ${readablePath(logPath)}:\n${tail}${causeIn(tail)}`,
      )
    })
  })
}
