/**
 * Every single fault, one at a time: each story is run once to learn at which points something
 * could go wrong, and then once for each of these points, with that fault and no other.
 */
import type { Point } from './faults.ts'
import { type Outcome, run } from './run.ts'
import type { Stage } from './stage.ts'
import { type Plot, type Wishes, storyOf } from './story.ts'

/** Each step is refused once; each way through the saga is gone once. */
const STORIES: Record<string, { wishes: Partial<Wishes>; supplies?: Partial<Plot['supplies']> }> = {
  'completes, with everything': { wishes: {} },
  'completes, with no more than it needs': { wishes: { coupon: false, points: 0 } },
  'completes, with nothing to pay': { wishes: { isFree: true } },
  'is returned': { wishes: { returnedAfterMs: 3_000 } },
  'is cancelled at once': { wishes: { cancelledAfterMs: 1 } },
  'is cancelled late': { wishes: { cancelledAfterMs: 30 } },
  'stock is refused': { wishes: {}, supplies: { units: 0 } },
  'the coupon is refused': { wishes: {}, supplies: { couponUses: 0 } },
  'points are refused': { wishes: {}, supplies: { points: 0 } },
  'delivery is refused': { wishes: {}, supplies: { parcels: 0 } },
  'the card is refused': { wishes: { token: 'tok_declined' } },
  'all but the card are refused': {
    wishes: {},
    supplies: { units: 0, couponUses: 0, points: 0, parcels: 0 },
  },
}

const PLENTY: Plot['supplies'] = { units: 9, couponUses: 2, points: 200, parcels: 3 }
const EVERYTHING: Wishes = {
  customer: 0,
  quantities: [2, 1],
  coupon: true,
  points: 100,
  isFree: false,
  token: 'tok_visa',
  placedAfterMs: 0,
  cancelledAfterMs: null,
  returnedAfterMs: null,
}

/** Different amounts: how long a delay is, how many copies come, where an object dies. */
const SEEDS = [1, 2, 3]

export type SingleFaults = {
  story: string
  /** Points at which something could go wrong. */
  points: number
  runs: number
  failed: { point: Point | 'none'; seed: number; violation: string }[]
}

export async function everySingleFault(stage: Stage): Promise<SingleFaults[]> {
  const stories: SingleFaults[] = []
  for (const [story, { wishes, supplies }] of Object.entries(STORIES)) {
    const plot = {
      stories: [storyOf(0, { ...EVERYTHING, ...wishes })],
      supplies: { ...PLENTY, ...supplies },
    }
    stories.push({ story, ...(await disturbed(stage, plot)) })
  }
  return stories
}

/** One story, with each single fault that can strike in it. */
async function disturbed(stage: Stage, plot: Plot): Promise<Omit<SingleFaults, 'story'>> {
  const done: Omit<SingleFaults, 'story'> = { points: 0, runs: 0, failed: [] }
  for (const seed of SEEDS) {
    const attempt = async (only: ReadonlySet<Point>): Promise<Outcome> => {
      const outcome = await run({ seed, stage, plot, only, listPoints: only.size === 0 })
      done.runs += 1
      for (const violation of outcome.violations) {
        done.failed.push({ point: [...only][0] ?? 'none', seed, violation })
      }
      return outcome
    }
    const undisturbed = await attempt(new Set())
    const points = new Set(undisturbed.asked)
    done.points = Math.max(done.points, points.size)
    for (const point of points) await attempt(new Set([point]))
  }
  return done
}
