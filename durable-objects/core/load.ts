/**
 * What a domain can take, from what those who wait for it have met. Pure.
 *
 * L1. A reply counts for the attempt that it answers, and only first ones are timed: no repeat makes a
 *     domain look quicker than it is.
 * L2. Who waits does so for twice what 99 of 100 replies took lately: a domain that gets slower is not
 *     asked twice for the same. But not for less than its step says: the replies that are known first
 *     are the quick ones.
 * L3. Repeats may be a tenth of what is sent: more would make a domain in trouble slower still.
 * L4. What is sent now waits for what was sent before: for as many commands as are under way, at the
 *     rate at which they are answered. The time that replies took tells it only once they are late.
 */
import * as z from 'zod'
import type { BreakerSettings } from './breaker.ts'

const TIME_MS_MIN = 5
const TIME_GROWTH = 1.25
const TIME_BUCKETS = 44

/** How many replies took how long: by bucket, each a quarter longer than the one before. */
const timesSchema = z.array(z.int().min(0)).max(TIME_BUCKETS)
export type Times = z.infer<typeof timesSchema>

export const NO_TIMES: Times = []

export function withTime(times: Times, tookMs: number): Times {
  const growth = Math.max(tookMs, TIME_MS_MIN) / TIME_MS_MIN
  const bucket = Math.ceil(Math.log(growth) / Math.log(TIME_GROWTH))
  return sumOf(times, oneIn(Math.min(TIME_BUCKETS - 1, bucket)))
}

const oneIn = (bucket: number): Times =>
  Array.from({ length: bucket + 1 }, (_, index) => (index === bucket ? 1 : 0))

const sumOf = (a: Times, b: Times): Times =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, at) => (a[at] ?? 0) + (b[at] ?? 0))

/** So that `share` of them, from 0 to 1, took no longer, give or take a quarter. */
function quantileMs(times: Times, share: number): number {
  const count = times.reduce((sum, it) => sum + it, 0)
  let seen = 0
  const bucket = times.findIndex((it) => (seen += it) >= share * count)
  return Math.round(TIME_MS_MIN * TIME_GROWTH ** bucket)
}

/** What was sent to a domain, and how long its replies took. */
export const trafficSchema = z.object({
  sent: z.int().min(0),
  /** Of these, how many were no first attempt. */
  repeated: z.int().min(0),
  /** How many first attempts got their answer, or died. */
  answered: z.int().min(0),
  times: timesSchema,
})
export type Traffic = z.infer<typeof trafficSchema>

export const NO_TRAFFIC: Traffic = { sent: 0, repeated: 0, answered: 0, times: NO_TIMES }

export const withCommand = (traffic: Traffic, attempt: number): Traffic => ({
  ...traffic,
  sent: traffic.sent + 1,
  repeated: traffic.repeated + (attempt > 1 ? 1 : 0),
})

export const withAnswer = (traffic: Traffic): Traffic => ({
  ...traffic,
  answered: traffic.answered + 1,
})

const together = (a: Traffic, b: Traffic): Traffic => ({
  sent: a.sent + b.sent,
  repeated: a.repeated + b.repeated,
  answered: a.answered + b.answered,
  times: sumOf(a.times, b.times),
})

/** Some traffic, and since when. The window slides by such parts. */
export type TrafficPart = { fromMs: number; traffic: Traffic }
/** Short, since what was is of no use to who asks what a domain can take now. */
const WINDOW_MS = 10_000
const WINDOW_PARTS = 5

/** A clock that was set back ends a part early, and keeps none for longer. */
export function withTraffic(
  parts: readonly TrafficPart[],
  traffic: Traffic,
  nowMs: number,
): TrafficPart[] {
  const recent = parts.filter(({ fromMs }) => Math.abs(nowMs - fromMs) < WINDOW_MS)
  const last = recent.at(-1)
  if (!last || Math.abs(nowMs - last.fromMs) >= WINDOW_MS / WINDOW_PARTS) {
    return [...recent, { fromMs: nowMs, traffic }]
  }
  return [...recent.slice(0, -1), { ...last, traffic: together(last.traffic, traffic) }]
}

export const loadSchema = z.object({
  /** What 99 of 100 replies took at most, in milliseconds; null: too few to say. */
  p99Ms: z.int().nullable(),
  /** L4, in milliseconds; null: too few to say. At least what half of the replies took. */
  expectedMs: z.int().nullable(),
  /** L3. */
  isOverBudget: z.boolean(),
  /** Commands that wait in the domain's queue, and whether they are more than is good for an order. */
  backlog: z.int().min(0),
  isFull: z.boolean(),
})
export type Load = z.infer<typeof loadSchema>

export const NO_LOAD: Load = {
  p99Ms: null,
  expectedMs: null,
  isOverBudget: false,
  backlog: 0,
  isFull: false,
}

const REPEATS_SHARE_MAX = 0.1

type LoadSettings = Pick<BreakerSettings, 'minRequests' | 'repeatsMin' | 'backlogMax'>

/** Fewer than `minRequests` replies say nothing of the next. */
export function loadOf(
  parts: readonly TrafficPart[],
  backlog: number,
  { minRequests, repeatsMin, backlogMax }: LoadSettings,
  nowMs: number,
): Load {
  const { sent, repeated, answered, times } = parts.reduce(
    (sum, { traffic }) => together(sum, traffic),
    NO_TRAFFIC,
  )
  const replies = times.reduce((sum, it) => sum + it, 0)
  const timeMs = (share: number) => (replies < minRequests ? null : quantileMs(times, share))
  const p50Ms = timeMs(0.5)
  const drainMs = drainMsOf(sent - repeated - answered, answered, spanMsOf(parts, nowMs))
  return {
    p99Ms: timeMs(0.99),
    expectedMs: p50Ms === null ? null : Math.max(p50Ms, drainMs),
    isOverBudget: repeated >= Math.max(repeatsMin, REPEATS_SHARE_MAX * (sent - repeated)),
    backlog,
    isFull: backlog > backlogMax,
  }
}

/** Little's law, over the window. */
const drainMsOf = (underWay: number, answered: number, spanMs: number): number =>
  Math.round((Math.max(0, underWay) * spanMs) / Math.max(1, answered))

/** What was told at once came since the exchange before, a second ago. */
const SPAN_MS_MIN = 1_000

const spanMsOf = ([first]: readonly TrafficPart[], nowMs: number): number =>
  Math.min(WINDOW_MS, Math.max(SPAN_MS_MIN, nowMs - (first?.fromMs ?? nowMs)))

const WAIT_GROWTH_MAX = 4

/** For how long to wait for a reply, of a step that says `timeoutMs`. */
export function replyWaitMs({ p99Ms }: Load, timeoutMs: number): number {
  if (p99Ms === null) return timeoutMs
  return Math.min(timeoutMs * WAIT_GROWTH_MAX, Math.max(timeoutMs, 2 * p99Ms))
}
