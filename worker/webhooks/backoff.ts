/** When a delivery is tried again. Pure. */
const MINUTE_MS = 60_000
/** Between one attempt and the next; after the last of them there is one more attempt. */
const RETRY_DELAYS_MS = [1, 5, 30, 120, 300, 600, 600].map((minutes) => minutes * MINUTE_MS)
/** A delay becomes longer by a tenth at most, so that what failed together does not come together. */
const JITTER = 0.1

export const ATTEMPTS_MAX = RETRY_DELAYS_MS.length + 1

/** Null after the last attempt. `random` is from 0 to below 1. */
export function retryAtMs(attempt: number, nowMs: number, random: number): number | null {
  const delayMs = RETRY_DELAYS_MS[attempt - 1]
  return delayMs === undefined ? null : nowMs + Math.round(delayMs * (1 + JITTER * random))
}
