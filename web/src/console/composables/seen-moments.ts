/** As many of an order's moments as are shown side by side: a saga that stayed parked has thousands. */
import type { Moment } from './history.ts'

const SHOWN_MAX = 60

/** Around the one at `seq`, as far as there are any. */
export function seenMoments(moments: readonly Moment[], seq: number): Moment[] {
  const last = Math.max(0, moments.length - SHOWN_MAX)
  const from = Math.min(last, Math.max(0, seq - Math.ceil(SHOWN_MAX / 2)))
  return moments.slice(from, from + SHOWN_MAX)
}
