/**
 * A breaker says whether a domain is worth asking: what it is told, what it answers, and when
 * failures are too many. Pure.
 *
 * U1. It opens after `failureThreshold` failures in a row, each within `windowMs` of the one before,
 *     if at least `minRequests` outcomes were seen within `windowMs`: few say little.
 * U2. What it answers carries durations, never instants: nobody compares clocks (as M2).
 * U3. Each time that it opens again without having closed it stays open for twice as long, up to a
 *     limit: then it is half-open, and the next outcome decides.
 */
import * as z from 'zod'

const SETTINGS = {
  /** Failures in a row. */
  failureThreshold: z.int().min(1).max(1_000),
  windowMs: z.int().min(1_000).max(3_600_000),
  minRequests: z.int().min(1).max(1_000),
  /** How long it stays open the first time, and at most. */
  halfOpenAfterMs: z.int().min(100).max(60_000),
  halfOpenAfterMsMax: z.int().min(100).max(600_000),
  /** So many repeats within ten seconds are never too many: of few commands one is a large share. */
  repeatsMin: z.int().min(1).max(1_000_000),
  /** Of commands in the domain's queue, beyond which no order is taken in that needs it. */
  backlogMax: z.int().min(1).max(1_000_000),
}
export const breakerSettingsSchema = z.strictObject(SETTINGS)
export type BreakerSettings = z.infer<typeof breakerSettingsSchema>

/** Some of them: what is left out stays as it is. */
export const someSettingsSchema = z.strictObject({
  failureThreshold: SETTINGS.failureThreshold.exactOptional(),
  windowMs: SETTINGS.windowMs.exactOptional(),
  minRequests: SETTINGS.minRequests.exactOptional(),
  halfOpenAfterMs: SETTINGS.halfOpenAfterMs.exactOptional(),
  halfOpenAfterMsMax: SETTINGS.halfOpenAfterMsMax.exactOptional(),
  repeatsMin: SETTINGS.repeatsMin.exactOptional(),
  backlogMax: SETTINGS.backlogMax.exactOptional(),
})

export const BREAKER_SETTINGS: BreakerSettings = {
  failureThreshold: 15,
  windowMs: 60_000,
  minRequests: 20,
  halfOpenAfterMs: 1_000,
  halfOpenAfterMsMax: 10_000,
  repeatsMin: 20,
  backlogMax: 5_000,
}

/** An operator's word against what was counted; `auto` goes by that. */
export const forceSchema = z.enum(['auto', 'open', 'closed'])
export type Force = z.infer<typeof forceSchema>

export const breakerStateSchema = z.enum(['closed', 'open', 'half-open'])
export type BreakerState = z.infer<typeof breakerStateSchema>

/** `openForMs`: until it is half-open; 0 unless open. */
export const breakerAnswerSchema = z.object({
  state: breakerStateSchema,
  openForMs: z.int().min(0),
})
export type BreakerAnswer = z.infer<typeof breakerAnswerSchema>

/** What became of some commands, as far as a breaker cares: how it ended is what counts. */
export const outcomesSchema = z.object({
  requests: z.int().min(0),
  hasSucceeded: z.boolean(),
  /** Since the last success. */
  failedInARow: z.int().min(0),
})
export type Outcomes = z.infer<typeof outcomesSchema>

export const NO_OUTCOMES: Outcomes = { requests: 0, hasSucceeded: false, failedInARow: 0 }

/** More would say no more, and a breaker goes through failures one at a time. */
const OUTCOMES_MAX = 1_000

export function withOutcome(outcomes: Outcomes, isWell: boolean): Outcomes {
  return {
    requests: Math.min(OUTCOMES_MAX, outcomes.requests + 1),
    hasSucceeded: outcomes.hasSucceeded || isWell,
    failedInARow: isWell ? 0 : Math.min(OUTCOMES_MAX, outcomes.failedInARow + 1),
  }
}

/** U3. `attempt`: how often it has opened since it was closed, from 1. */
export function stayOpenMs(settings: BreakerSettings, attempt: number): number {
  const { halfOpenAfterMs, halfOpenAfterMsMax } = settings
  return Math.min(halfOpenAfterMsMax, halfOpenAfterMs * 2 ** Math.min(attempt - 1, 30))
}

/** What has been seen lately. The window slides by its parts. */
export const recentSchema = z.object({
  failedInARow: z.int(),
  lastFailedAtMs: z.int(),
  parts: z.array(z.object({ fromMs: z.int(), requests: z.int() })),
})
export type Recent = z.infer<typeof recentSchema>

export const NOTHING_RECENT: Recent = { failedInARow: 0, lastFailedAtMs: 0, parts: [] }
const WINDOW_PARTS = 6

/** So many requests more, whatever became of them. */
export function withRequests(
  recent: Recent,
  requests: number,
  nowMs: number,
  windowMs: number,
): Recent {
  const { parts } = withinWindow(recent, nowMs, windowMs)
  const last = parts.at(-1)
  if (last && nowMs - last.fromMs < windowMs / WINDOW_PARTS) {
    parts[parts.length - 1] = { ...last, requests: last.requests + requests }
  } else parts.push({ fromMs: nowMs, requests })
  return { ...recent, parts }
}

export function withFailure(recent: Recent, nowMs: number, windowMs: number): Recent {
  const failedInARow = withinWindow(recent, nowMs, windowMs).failedInARow + 1
  return { ...recent, failedInARow, lastFailedAtMs: nowMs }
}

/** What of it is still within the window. */
export function withinWindow(recent: Recent, nowMs: number, windowMs: number): Recent {
  const isSo = (atMs: number) => Math.abs(nowMs - atMs) < windowMs
  const parts = recent.parts.filter(({ fromMs }) => isSo(fromMs))
  return { ...recent, failedInARow: isSo(recent.lastFailedAtMs) ? recent.failedInARow : 0, parts }
}

export const withSuccess = (recent: Recent): Recent => ({ ...recent, failedInARow: 0 })

export const requestsOf = ({ parts }: Recent): number =>
  parts.reduce((sum, { requests }) => sum + requests, 0)

/** U1. */
export const isTooMuch = (recent: Recent, settings: BreakerSettings): boolean =>
  recent.failedInARow >= settings.failureThreshold && requestsOf(recent) >= settings.minRequests
