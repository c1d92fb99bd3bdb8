/**
 * Whether a newer version of a saga does as well as the one before. Pure.
 *
 * RO5. Three shares of the candidate's orders are held against those of the stable version at the same
 *      time: those that came to nothing, those that failed, and those that were slow. Each may be
 *      somewhat higher, as the settings say.
 * RO6. Figures hold when no share is above what is allowed. They are broken when one is, by more than
 *      chance explains. In between nothing is concluded.
 *
 * Held against each other, because a sale that is over or a domain that stands still is no version's fault.
 */
import * as z from 'zod'

const SETTINGS = {
  /** The steps of its share of customers. None is 100: somebody has to be left to compare with. */
  percents: z
    .array(z.int().min(1).max(99))
    .min(1)
    .max(99)
    .refine(isAscending, { error: 'must ascend' }),
  stepMs: z
    .int()
    .min(1_000)
    .max(7 * 86_400_000),
  /** Fewer of either version say nothing about it. */
  ordersMin: z.int().min(1).max(1_000),
  /** By how much the share of completed orders may be lower, and that of failed ones higher. */
  successDropMax: z.number().min(0).max(1),
  errorRiseMax: z.number().min(0).max(1),
  /** Of the candidate's P95 to the stable version's. */
  p95RatioMax: z.number().min(1).max(100),
}
function isAscending(numbers: readonly number[]): boolean {
  return numbers.every((number, index) => number > (numbers[index - 1] ?? 0))
}

export const canarySettingsSchema = z.strictObject(SETTINGS)
export type CanarySettings = z.infer<typeof canarySettingsSchema>

/** Some of them: what is left out stays as it is. */
export const someCanarySettingsSchema = z.strictObject({
  percents: SETTINGS.percents.exactOptional(),
  stepMs: SETTINGS.stepMs.exactOptional(),
  ordersMin: SETTINGS.ordersMin.exactOptional(),
  successDropMax: SETTINGS.successDropMax.exactOptional(),
  errorRiseMax: SETTINGS.errorRiseMax.exactOptional(),
  p95RatioMax: SETTINGS.p95RatioMax.exactOptional(),
})

export const CANARY_SETTINGS: CanarySettings = {
  percents: [5, 10, 25, 50, 90],
  stepMs: 300_000,
  ordersMin: 50,
  successDropMax: 0.05,
  errorRiseMax: 0.01,
  p95RatioMax: 1.5,
}

/**
 * - `completed`.
 * - `refused`: a domain said no, and all was given back.
 * - `failed`: parked, or out of time.
 *
 * What its customer, or an operator, called off is none of these.
 */
export const endingSchema = z.enum(['completed', 'refused', 'failed'])
export type Ending = z.infer<typeof endingSchema>

/** An order that is at rest; `tookMs` since it was placed. */
export type Ended = { ending: Ending; tookMs: number }

/** Shares are from 0 to 1. Null where there are no orders. */
export type Figures = {
  orders: number
  successRate: number | null
  errorRate: number | null
  p95Ms: number | null
}

export function figuresOf(ended: readonly Ended[]): Figures {
  if (ended.length === 0) return { orders: 0, successRate: null, errorRate: null, p95Ms: null }
  return {
    orders: ended.length,
    successRate: 1 - shareOf(ended, isLost),
    errorRate: shareOf(ended, isFailed),
    p95Ms: p95Of(ended),
  }
}

const ORDERS_LOOKED_AT_MIN = 5_000

/**
 * RO11. How many orders, of both versions together and the newest, are looked at: so many that of the version
 * with the smaller share there are twice as many as say something.
 */
export function ordersLookedAt(percent: number, { ordersMin }: CanarySettings): number {
  const smallerPercent = Math.max(1, Math.min(percent, 100 - percent))
  return Math.max(ORDERS_LOOKED_AT_MIN, Math.ceil((2 * 100 * ordersMin) / smallerPercent))
}

export type Verdict = { kind: 'holds' } | { kind: 'unclear' | 'broken'; why: string }

/** RO5, RO6. Where the stable version is not known well enough yet, errors alone are held against what it has. */
export function judge(
  stable: readonly Ended[],
  candidate: readonly Ended[],
  settings: CanarySettings,
): Verdict {
  const isKnown = stable.length >= settings.ordersMin
  const slowMs = settings.p95RatioMax * p95Of(stable)
  const base = (is: (it: Ended) => boolean) => (stable.length > 0 ? shareOf(stable, is) : 0)
  const shares = [
    { words: 'failed', is: isFailed, allowed: base(isFailed) + settings.errorRiseMax },
    ...(isKnown
      ? [
          {
            words: 'came to nothing',
            is: isLost,
            allowed: base(isLost) + settings.successDropMax,
          },
          {
            words: `took longer than ${Math.round(slowMs)} ms`,
            is: ({ tookMs }: Ended) => tookMs > slowMs,
            allowed: SLOW_SHARE,
          },
        ]
      : []),
  ].map((share) => ({ ...share, count: candidate.filter(share.is).length }))

  const above = shares.filter(({ count, allowed }) => count > allowed * candidate.length)
  const broken = above.find(({ count, allowed }) => isNoChance(count, candidate.length, allowed))
  if (broken) return { kind: 'broken', why: complaint(broken, candidate.length) }
  const [unclear] = above
  if (unclear) return { kind: 'unclear', why: complaint(unclear, candidate.length) }
  const few = [stable, candidate].find(({ length }) => length < settings.ordersMin)
  if (!few) return { kind: 'holds' }
  const which = few === candidate ? 'candidate' : 'stable version'
  return {
    kind: 'unclear',
    why: `${few.length} orders of the ${which} are at rest; ${settings.ordersMin} would say something`,
  }
}

/** Behind a P95. */
const SLOW_SHARE = 0.05
/** Figures are looked at again and again, so chance has to be unlikely. */
const CHANCE_MAX = 0.001

const isLost = ({ ending }: Ended): boolean => ending !== 'completed'
const isFailed = ({ ending }: Ended): boolean => ending === 'failed'

const shareOf = (ended: readonly Ended[], is: (it: Ended) => boolean): number =>
  ended.filter(is).length / ended.length

function p95Of(ended: readonly Ended[]): number {
  const times = ended.map(({ tookMs }) => tookMs).toSorted((one, other) => one - other)
  return times[Math.ceil((1 - SLOW_SHARE) * times.length) - 1] ?? 0
}

/** Whether `count` or more of `orders` would be seen less than once in a thousand times, were the share `allowed`. */
function isNoChance(count: number, orders: number, allowed: number): boolean {
  if (count === 0 || allowed >= 1) return false
  if (allowed === 0) return true
  let chance = Math.exp(
    logBinomial(orders, count) +
      count * Math.log(allowed) +
      (orders - count) * Math.log(1 - allowed),
  )
  let sum = 0
  for (let seen = count; seen <= orders; seen += 1) {
    sum += chance
    chance *= ((orders - seen) / (seen + 1)) * (allowed / (1 - allowed))
  }
  return sum < CHANCE_MAX
}

function logBinomial(all: number, some: number): number {
  let sum = 0
  for (let at = 1; at <= some; at += 1) sum += Math.log(all - some + at) - Math.log(at)
  return sum
}

function complaint(
  { words, count, allowed }: { words: string; count: number; allowed: number },
  orders: number,
): string {
  const share = (100 * allowed).toFixed(1)
  return `${count} of the candidate's ${orders} orders ${words}, where ${share} % may`
}
