/**
 * Which version of a saga a new order begins on while there are two of them, and what comes next. Pure.
 *
 * RO1. A customer's orders begin on the candidate if their bucket lies below its share. The bucket follows
 *      from the candidate and the customer, so it stays; a share that grows takes nobody away.
 * RO2. The share grows only while the figures hold (RO6), a step at a time, and not before the step's
 *      time is over. After the last step's time the candidate is the stable version.
 * RO3. It goes back to nothing at once when they are broken, or when the candidate cannot begin an order
 *      that the stable version can. From there only an operator's word leads on.
 */
import * as z from 'zod'
import type { CanarySettings, Verdict } from './canary.ts'
import type { CustomerId } from './ids.ts'

const versionSchema = z.int().min(1)

export const splitSchema = z.object({
  stable: versionSchema,
  candidate: versionSchema.nullable(),
  /** Of customers, whose orders begin on the candidate. */
  percent: z.int().min(0).max(100),
})
export type Split = z.infer<typeof splitSchema>

export const rolloutSchema = splitSchema.extend({
  /** Whether the share moves on its own. */
  isAutomatic: z.boolean(),
  stepEndsAtMs: z.int(),
})
export type Rollout = z.infer<typeof rolloutSchema>

export const isUnderWay = ({ candidate, percent }: Split): boolean =>
  candidate !== null && percent > 0

/** RO1. */
export function versionFor({ stable, candidate, percent }: Split, customer: CustomerId): number {
  return candidate !== null && bucketOf(`${candidate}:${customer}`) < percent ? candidate : stable
}

/** From 0 up to 100: FNV-1a, and MurmurHash3's finalizer, since customers' ids differ in few places. */
function bucketOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (100 * ((hash ^ (hash >>> 16)) >>> 0)) / 2 ** 32
}

/** RO2, RO3. Null: it stays as it is. */
export function nextOf(
  rollout: Rollout,
  verdict: Verdict,
  settings: CanarySettings,
  nowMs: number,
): Rollout | null {
  const { candidate, percent, isAutomatic, stepEndsAtMs } = rollout
  if (candidate === null || !isUnderWay(rollout) || !isAutomatic) return null
  if (verdict.kind === 'broken') return takenBack(rollout)
  if (verdict.kind === 'unclear' || nowMs < stepEndsAtMs) return null
  const next = settings.percents.find((step) => step > percent)
  if (next === undefined) return { ...takenBack(rollout), stable: candidate, candidate: null }
  return { ...rollout, percent: next, stepEndsAtMs: nowMs + settings.stepMs }
}

/** RO3. */
export const takenBack = (rollout: Rollout): Rollout => ({
  ...rollout,
  percent: 0,
  isAutomatic: false,
})
