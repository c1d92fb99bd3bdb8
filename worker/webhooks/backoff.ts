/** When a delivery is tried again. Pure. */
const MINUTE_MS = 60_000
/** Between one attempt and the next; after the last of them there is one more attempt. */
const RETRY_DELAYS_MS = [1, 5, 30, 120, 300, 600, 600].map((minutes) => minutes * MINUTE_MS)
/** A delay becomes longer by a tenth at most, so that what failed together does not come together. */
const JITTER = 0.1

export const ATTEMPTS_MAX = RETRY_DELAYS_MS.length + 1

/** Whoever asks for more is asked again all the same: an event is not kept for ever. */
const ASKED_MS_MAX = 24 * 60 * MINUTE_MS

/**
 * Null after the last attempt. `random` is from 0 to below 1; `askedMs`: no sooner than after so long,
 * which makes a delay longer and never shorter.
 */
export function retryAtMs(
  attempt: number,
  nowMs: number,
  random: number,
  askedMs: number,
): number | null {
  const ownMs = RETRY_DELAYS_MS[attempt - 1]
  if (ownMs === undefined) return null
  const delayMs = Math.max(ownMs, Math.min(askedMs, ASKED_MS_MAX))
  return nowMs + Math.round(delayMs * (1 + JITTER * random))
}

/** What `Retry-After` asks for, in milliseconds from now: seconds or a date (RFC 9110, 10.2.3); else 0. */
export function askedMsOf(retryAfter: string | null, nowMs: number): number {
  const text = retryAfter?.trim() ?? ''
  if (/^\d+$/.test(text)) return Number(text) * 1_000
  const atMs = Date.parse(text)
  return Number.isNaN(atMs) ? 0 : Math.max(0, atMs - nowMs)
}
