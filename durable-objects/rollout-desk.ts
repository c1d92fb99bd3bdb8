/**
 * What an isolate knows of how new orders are split between versions.
 *
 * RO10. It asks once a second at most, and what it has heard is good for a second. A rollout that does not
 *       answer stops nobody: what was heard last holds, and before that the version of this code.
 */
import { within } from './clock.ts'
import { type Split, splitSchema } from './core/rollout.ts'
import { logWarning } from './log.ts'
import type { Rollouts } from './rollout-rpc.ts'
import { ORDER_CREATE } from './sagas/registry.ts'

const FRESH_MS = 1_000
const PATIENCE_MS = 500
const UNKNOWN: Split = { stable: ORDER_CREATE.ref.version, candidate: null, percent: 0 }

type Heard = { split: Split | null; askedAtMs: number }

/** By where rollouts are reached: an isolate has one such place. Data only: a promise may not be shared. */
const heardBy = new WeakMap<object, Heard>()

export const rolloutOf = <Rollout>(rollouts: { getByName(saga: string): Rollout }): Rollout =>
  rollouts.getByName(ORDER_CREATE.ref.name)

/** Never rejects. */
export async function splitOf(rollouts: Rollouts): Promise<Split> {
  const heard = heardBy.get(rollouts) ?? { split: null, askedAtMs: -Infinity }
  heardBy.set(rollouts, heard)
  const nowMs = Date.now()
  const isFresh = Math.abs(nowMs - heard.askedAtMs) < FRESH_MS
  if (heard.split && isFresh) return heard.split
  heard.askedAtMs = nowMs
  await within(PATIENCE_MS, () => ask(rollouts, heard))
  return heard.split ?? UNKNOWN
}

async function ask(rollouts: Rollouts, heard: Heard): Promise<void> {
  try {
    heard.split = splitSchema.parse(await rolloutOf(rollouts).split())
  } catch (error) {
    logWarning('rollout-silent', {}, error)
  }
}
