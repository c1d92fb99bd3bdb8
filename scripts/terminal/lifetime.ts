/**
 * How a long-running script ends: Ctrl-C, `kill`, a closed terminal, or the death of whoever
 * started it. What must be stopped is added as soon as it exists, so that nothing is left behind
 * when the end comes in the middle of a start.
 *
 * npm and the terminal both deliver one Ctrl-C, so signals close together count as one.
 */
const ONE_PRESS_MS = 700
const GRACE_MS = 5_000

export const EXIT_OK = 0
export const EXIT_FAILED = 1
/** What a shell reports of a program that Ctrl-C ended: its work is not done. */
export const EXIT_INTERRUPTED = 130

/** Asks first, and uses force on what is still there after `graceMs`; 0 uses force at once. */
type Stop = (graceMs: number) => Promise<void>

export type Lifetime = { add: (stop: Stop) => void; end: (graceMs?: number) => Promise<void> }

/** Ends with `exitCode` once everything has stopped; a second Ctrl-C ends it at once. */
export function endOnSignals(exitCode = EXIT_OK): Lifetime {
  const stops: Stop[] = []
  const end = async (graceMs = GRACE_MS): Promise<void> => {
    await Promise.allSettled(stops.map((stop) => stop(graceMs)))
  }
  let firstAtMs: number | null = null
  const onSignal = (): void => {
    if (firstAtMs === null) {
      firstAtMs = Date.now()
      console.log('\nStopping … (Ctrl-C again ends it at once)')
      void end().finally(() => process.exit(exitCode))
    } else if (Date.now() - firstAtMs > ONE_PRESS_MS) {
      void end(0).finally(() => process.exit(exitCode))
    }
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  // A parent with a channel to us was killed.
  process.on('disconnect', onSignal)
  // Listening alone must not keep a script alive whose work is done.
  process.channel?.unref()
  return { add: (stop) => void stops.push(stop), end }
}
