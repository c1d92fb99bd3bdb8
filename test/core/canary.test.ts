import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CANARY_SETTINGS,
  type Ended,
  type Ending,
  canarySettingsSchema,
  endingSchema,
  figuresOf,
  judge,
  ordersLookedAt,
} from '../../durable-objects/core/canary.ts'

/** So many orders of each ending, of which the last `slow` took ten times as long. */
function orders(endings: Partial<Record<Ending, number>>, slow = 0): Ended[] {
  const all = endingSchema.options.flatMap((ending) =>
    Array.from({ length: endings[ending] ?? 0 }, () => ending),
  )
  return all.map((ending, index) => ({
    ending,
    tookMs: index < all.length - slow ? 200 : 2_000,
  }))
}
const verdict = (stable: Ended[], candidate: Ended[]) => judge(stable, candidate, CANARY_SETTINGS)
const well = orders({ completed: 95, refused: 5 })

describe('figures', () => {
  it('say how many were completed and failed, and what 95 of 100 did not exceed', () => {
    const ended = orders({ completed: 90, refused: 6, failed: 4 }, 5)
    expect(figuresOf(ended)).toEqual({
      orders: 100,
      successRate: 0.9,
      errorRate: 0.04,
      p95Ms: 200,
    })
    expect(figuresOf(orders({ completed: 100 }, 6)).p95Ms).toBe(2_000)
  })

  it('of no orders say nothing', () => {
    expect(figuresOf([])).toEqual({ orders: 0, successRate: null, errorRate: null, p95Ms: null })
  })
})

describe('a candidate', () => {
  it('holds when it does as well as the stable version', () => {
    expect(verdict(well, well)).toEqual({ kind: 'holds' })
  })

  it('RO5: is not blamed for what ails both', () => {
    const ailing = orders({ completed: 30, refused: 40, failed: 30 }, 30)
    expect(verdict(ailing, ailing)).toEqual({ kind: 'holds' })
  })

  it('RO5: nor while few orders are at rest: a domain may stand still from the first one on', () => {
    const failing = orders({ failed: 20 })
    expect(verdict(failing, orders({ failed: 2 })).kind).toBe('unclear')
    expect(verdict(orders({ completed: 18, failed: 2 }), orders({ failed: 5 })).kind).toBe('broken')
  })

  it('is broken when more of its orders fail', () => {
    expect(verdict(well, orders({ completed: 60, failed: 6 }))).toEqual({
      kind: 'broken',
      why: "6 of the candidate's 66 orders failed, where 1.0 % may",
    })
  })

  it('is broken when more of its orders are refused', () => {
    const why = "30 of the candidate's 100 orders came to nothing, where 10.0 % may"
    expect(verdict(well, orders({ completed: 70, refused: 30 }))).toEqual({ kind: 'broken', why })
  })

  it('is broken when it is slower', () => {
    const why = "20 of the candidate's 100 orders took longer than 300 ms, where 5.0 % may"
    expect(verdict(well, orders({ completed: 95, refused: 5 }, 20))).toEqual({
      kind: 'broken',
      why,
    })
  })

  it('is broken at its second order if both failed, before anything else is known', () => {
    expect(verdict([], orders({ failed: 1 })).kind).toBe('unclear')
    expect(verdict([], orders({ failed: 2 })).kind).toBe('broken')
  })

  it('RO6: is neither when it does somewhat worse, as may be by chance', () => {
    expect(verdict(well, orders({ completed: 59, failed: 1 })).kind).toBe('unclear')
    expect(verdict(well, orders({ completed: 53, refused: 7 })).kind).toBe('unclear')
    expect(verdict(well, orders({ completed: 60 }, 4)).kind).toBe('unclear')
  })

  it('is not judged by few orders, its own or those of the stable version', () => {
    const few = orders({ completed: 49 })
    expect(verdict(well, few)).toMatchObject({ kind: 'unclear', why: /49 orders of the candidate/ })
    expect(verdict(few, well)).toMatchObject({ kind: 'unclear', why: /49 orders of the stable/ })
    expect(verdict(orders({ completed: 50 }), orders({ completed: 50 })).kind).toBe('holds')
  })

  it('that does worse is never said to hold, one that does better never to be broken', () => {
    const some = fc.record({
      completed: fc.nat(400),
      refused: fc.nat(100),
      failed: fc.nat(100),
      slow: fc.nat(50),
    })
    fc.assert(
      fc.property(some, some, ({ slow, ...endings }, more) => {
        const stable = orders(endings, slow)
        const worse = [...stable, ...orders({ failed: stable.length }, more.slow)]
        const better = orders({ ...endings, completed: endings.completed + more.completed })
        // Where all fail there is nothing worse.
        if (endings.failed < 0.9 * stable.length) {
          expect(verdict(stable, worse).kind).not.toBe('holds')
        }
        expect(verdict(stable, better).kind).not.toBe('broken')
      }),
    )
  })

  it('with a thousand orders is judged as with few: no chance is lost to rounding', () => {
    const stable = orders({ completed: 100, failed: 900 })
    expect(verdict(stable, orders({ failed: 1_000 })).kind).toBe('broken')
    expect(verdict(stable, stable).kind).toBe('holds')
    expect(verdict(well, orders({ failed: 1_000 })).kind).toBe('broken')
  })
})

const looked = (percent: number, ordersMin: number) =>
  ordersLookedAt(percent, { ...CANARY_SETTINGS, ordersMin })

it('RO11: orders are looked at as far back as the smaller share needs to say something', () => {
  expect(looked(5, 50)).toBe(5_000)
  // Of 40,000 one in twenty are 2,000, and one in ten that are not the candidate's 4,000.
  expect(looked(5, 1_000)).toBe(40_000)
  expect(looked(90, 1_000)).toBe(20_000)
  for (const percent of [0, 100]) expect(looked(percent, 1_000)).toBe(200_000)
})

it('steps ascend and leave somebody to compare with, or the settings are refused', () => {
  for (const percents of [[], [50, 20], [10, 10], [0, 50], [50, 100]]) {
    const parsed = canarySettingsSchema.safeParse({ ...CANARY_SETTINGS, percents })
    expect(parsed.success, String(percents)).toBe(false)
  }
  expect(canarySettingsSchema.safeParse(CANARY_SETTINGS).success).toBe(true)
})
