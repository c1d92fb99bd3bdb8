/** The platform's time. */
import type { After, Clock } from './ports.ts'

export const clock: Clock = {
  nowMs: () => Date.now(),
  after: (durationMs, callback) => {
    const timer = setTimeout(callback, durationMs)
    return () => clearTimeout(timer)
  },
}

/** Waits for `work`, but not for longer; whether it has ended. Rejects as it does. */
export async function within(
  waitMs: number,
  work: Promise<unknown>,
  after: After = clock.after,
): Promise<boolean> {
  const { promise: timeout, resolve: giveUp } = Promise.withResolvers<boolean>()
  const cancel = after(waitMs, () => giveUp(false))
  try {
    return await Promise.race([work.then(() => true), timeout])
  } finally {
    cancel()
  }
}
