/**
 * When to ask again. Waits grow exponentially from `backoffMs` up to `capMs`; half of each wait
 * is jittered, so that sagas that failed together do not come back together.
 */
export type RetryPolicy = {
  /** Attempts after the first; beyond them the step is parked. */
  maxRetries: number
  backoffMs: number
  capMs: number
}

/** Compensations and retriable steps: 3 retries, after 2 s, doubled each time. */
export const RETRY_UNTIL_PARKED: RetryPolicy = { maxRetries: 3, backoffMs: 2_000, capMs: 60_000 }

/** Steps before the pivot is decided: the forward deadline ends them, not a count. */
export const RETRY_UNTIL_DEADLINE: RetryPolicy = {
  maxRetries: Number.MAX_SAFE_INTEGER,
  backoffMs: 100,
  capMs: 1_000,
}

/** An unknown pivot after the forward deadline: often enough for an answer within seconds. */
export const RETRY_RESOLVE: RetryPolicy = { maxRetries: 10, backoffMs: 500, capMs: 4_000 }

/**
 * How long a step that is parked `waiting-for-domain` rests before it is tried again: a minute at first, and
 * longer with each attempt. Each is two rows of a journal that is read whole whenever its object wakes.
 */
export const PARKED_RETRY_MS = 60_000
export const PARKED_RETRY_MS_MAX = 3_600_000
const PARKED_MS_PER_ATTEMPT = 5_000

export const parkedRetryMs = (attempt: number): number =>
  Math.min(PARKED_RETRY_MS_MAX, Math.max(PARKED_RETRY_MS, attempt * PARKED_MS_PER_ATTEMPT))

/**
 * The wait in milliseconds before retry number `retry` (from 1); `jitter` is in [0, 1).
 * Result: between half of the exponential wait and all of it.
 */
export function backoffMs(policy: RetryPolicy, retry: number, jitter: number): number {
  const exponential = Math.min(policy.capMs, policy.backoffMs * 2 ** Math.min(retry - 1, 30))
  return Math.round(exponential * (0.5 + 0.5 * jitter))
}

/** Up to here as long again as it took so far; from then on a small part of that. */
const AGAIN_MS_MAX = 60_000

/** Until the next look at what has taken `soFarMs`: ever longer, an hour at most. */
export const everLongerMs = (soFarMs: number, share: number, firstMs = 0): number =>
  Math.min(
    PARKED_RETRY_MS_MAX,
    Math.max(Math.min(AGAIN_MS_MAX, firstMs + soFarMs), share * soFarMs),
  )

/** A step that is held for long is looked at ever more seldom: each look is a row. */
const HELD_MS_MIN = 100
const HELD_SHARE = 0.02
/** So much of the wait, so that those that were held together do not come back together. */
const HELD_SPREAD = 0.2

/** How long to hold a step whose domain's breaker is open, and that was held for `heldMs` already. */
export function holdMs(openForMs: number, heldMs: number, jitter: number): number {
  const waitMs = Math.max(HELD_MS_MIN, openForMs, everLongerMs(heldMs, HELD_SHARE))
  return Math.round(waitMs * (1 + HELD_SPREAD * jitter))
}
