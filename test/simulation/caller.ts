/**
 * Whoever waits for an answer: a call of a Worker's handler, or an instance of an object. What is
 * dead does nothing any more, and what it waited for never comes.
 */
import type { FaultKind } from './faults.ts'

export type Caller = {
  isDead: boolean
  /** Whose faults strike it. */
  readonly scope: number
  /** What can end it while it waits: before what it asked for happens, and after. */
  readonly endings: { before: FaultKind; after: FaultKind }
  die(): void
}

/** One call of a Worker's handler. */
export function workerCall(part: number): Caller {
  const caller: Caller = {
    isDead: false,
    scope: part,
    endings: { before: 'worker-dies-before', after: 'worker-dies-after' },
    die: () => {
      caller.isDead = true
    },
  }
  return caller
}
