/** Waiting for something that others do: the one place that looks again. */
import { setTimeout as delay } from 'node:timers/promises'

const EVERY_MS = 100

export type UntilOptions = { withinMs: number; what: string; everyMs?: number }

/** Resolves with the first value of `look` that is not null; throws when none comes in time. */
export async function until<Value>(
  look: () => Promise<Value | null>,
  { withinMs, what, everyMs = EVERY_MS }: UntilOptions,
): Promise<Value> {
  const deadlineMs = Date.now() + withinMs
  for (;;) {
    const value = await look()
    if (value !== null) return value
    if (Date.now() >= deadlineMs) throw new Error(`${what}: not within ${withinMs / 1000} s`)
    await delay(everyMs)
  }
}
