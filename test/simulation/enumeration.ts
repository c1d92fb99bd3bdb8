/**
 * Faults enumerated, none left to chance: each story is run once to learn at which points something
 * could go wrong, and then once for each of these points, with that fault and no other; or, of the
 * deaths among them, once for each pair: what dies while it recovers from a death.
 */
import { type Point, isDeath } from './faults.ts'
import { run } from './run.ts'
import type { Stage } from './stage.ts'
import { type Plot, type Wishes, storyOf } from './story.ts'

/** Each step is refused once; each way through the saga is gone once. */
const STORIES: Record<string, { wishes: Partial<Wishes>; supplies?: Partial<Plot['supplies']> }> = {
  'completes, with everything': { wishes: {} },
  'completes, and an endpoint hears of it': { wishes: {}, supplies: { hasEndpoint: true } },
  'completes, and nobody looks for ten minutes': { wishes: { leaves: true } },
  'completes, with no more than it needs': { wishes: { coupon: false, points: 0 } },
  'completes, with nothing to pay': { wishes: { isFree: true } },
  'its address is changed twice': { wishes: { addressChangedAfterMs: 1 } },
  'is returned': { wishes: { returnedAfterMs: 3_000 } },
  'is cancelled at once': { wishes: { cancelledAfterMs: 1 } },
  'is cancelled late': { wishes: { cancelledAfterMs: 30 } },
  'stock is refused': { wishes: {}, supplies: { units: 0 } },
  'the coupon is refused': { wishes: {}, supplies: { couponUses: 0 } },
  'points are refused': { wishes: {}, supplies: { points: 0 } },
  'delivery is refused': { wishes: {}, supplies: { parcels: 0 } },
  'the card is refused': { wishes: { token: 'tok_declined' } },
  'the card is refused, on version 2': { wishes: { version: 2, token: 'tok_declined' } },
  'all but the card are refused': {
    wishes: {},
    supplies: { units: 0, couponUses: 0, points: 0, parcels: 0 },
  },
}

export const STORY_NAMES = Object.keys(STORIES)

const PLENTY: Plot['supplies'] = {
  units: 9,
  couponUses: 2,
  points: 200,
  parcels: 3,
  hasEndpoint: false,
}
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
  addressChangedAfterMs: null,
  version: 1,
  leaves: false,
}

/** Different amounts: how long a delay is, how many copies come, where an object dies. */
const SEEDS: Record<EnumerationMode, readonly number[]> = {
  'single-faults': [1, 2, 3],
  'pairs-of-deaths': [1],
}

export const ENUMERATION_MODES = ['single-faults', 'pairs-of-deaths'] as const
export type EnumerationMode = (typeof ENUMERATION_MODES)[number]

/** A piece of an enumeration: one story with one seed. */
export type Chapter = { mode: EnumerationMode; story: string; seed: number }

export type Enumerated = {
  story: string
  /** Points at which something could go wrong. */
  points: number
  runs: number
  failed: { points: readonly Point[]; seed: number; violation: string }[]
}

export const chaptersOf = (mode: EnumerationMode): Chapter[] =>
  STORY_NAMES.flatMap((story) => SEEDS[mode].map((seed) => ({ mode, story, seed })))

export async function enumerate(stage: Stage, chapter: Chapter): Promise<Enumerated> {
  const { mode, story, seed } = chapter
  const { wishes, supplies } = STORIES[story] ?? {}
  const plot = {
    stories: [storyOf(0, { ...EVERYTHING, ...wishes })],
    supplies: { ...PLENTY, ...supplies },
  }
  const done: Enumerated = { story, points: 0, runs: 0, failed: [] }
  /** Where something could have gone wrong in a run with these faults. */
  const attempt = async (points: readonly Point[], listPoints: boolean): Promise<Point[]> => {
    const only = new Set(points)
    const { violations, asked } = await run({ seed, stage, plot, only, listPoints })
    done.runs += 1
    for (const violation of violations) done.failed.push({ points, seed, violation })
    return [...new Set(asked)]
  }

  const all = await attempt([], true)
  if (mode === 'single-faults') {
    done.points = all.length
    for (const point of all) await attempt([point], false)
    return done
  }
  const deaths = all.filter(isDeath)
  done.points = deaths.length
  for (const first of deaths) {
    const asked = await attempt([first], true)
    const later = asked.slice(asked.indexOf(first) + 1).filter(isDeath)
    for (const second of later) await attempt([first, second], false)
  }
  return done
}
