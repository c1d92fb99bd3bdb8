import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CANARY_SETTINGS } from '../../durable-objects/core/canary.ts'
import { isCustomerId } from '../../durable-objects/core/ids.ts'
import { type Rollout, nextOf, takenBack, versionFor } from '../../durable-objects/core/rollout.ts'

function customer(number: number) {
  const id = `cus_${number.toString(16).padStart(32, '0')}`
  if (!isCustomerId(id)) throw new RangeError(id)
  return id
}
const CUSTOMERS = Array.from({ length: 20_000 }, (_, number) => customer(number))
const onCandidate = (percent: number, candidate = 2) =>
  new Set(
    CUSTOMERS.filter((one) => versionFor({ stable: 1, candidate, percent }, one) === candidate),
  )

describe('the split', () => {
  it('gives the candidate its share of customers, to half a percent', () => {
    for (const percent of [1, 5, 10, 25, 50, 90]) {
      const share = (100 * onCandidate(percent).size) / CUSTOMERS.length
      expect(Math.abs(share - percent), `${percent} %`).toBeLessThan(0.5)
    }
  })

  it('at 0 % is nobody, at 100 % everybody, without a candidate nobody', () => {
    expect(onCandidate(0).size).toBe(0)
    expect(onCandidate(100).size).toBe(CUSTOMERS.length)
    const none = { stable: 3, candidate: null, percent: 100 }
    expect(versionFor(none, customer(1))).toBe(3)
  })

  it('RO1: a customer stays on the candidate while its share grows', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(100), fc.nat(100), (number, one, other) => {
        const of = (percent: number) =>
          versionFor({ stable: 1, candidate: 2, percent }, customer(number))
        if (of(Math.min(one, other)) === 2) expect(of(Math.max(one, other))).toBe(2)
      }),
    )
  })

  it('is drawn anew for another candidate: not the same customers go first each time', () => {
    const [second, third] = [onCandidate(10, 2), onCandidate(10, 3)]
    expect(second.intersection(third).size / second.size).toBeLessThan(0.2)
  })
})

const NOW = 1_000_000
const running = (change: Partial<Rollout> = {}): Rollout => ({
  stable: 1,
  candidate: 2,
  percent: 5,
  isAutomatic: true,
  stepEndsAtMs: NOW,
  ...change,
})
const HOLDS = { kind: 'holds' } as const
const next = (rollout: Rollout, verdict: Parameters<typeof nextOf>[1] = HOLDS, nowMs = NOW) =>
  nextOf(rollout, verdict, CANARY_SETTINGS, nowMs)

describe('a canary', () => {
  it('steps up every five minutes while its figures hold, and is the stable version in the end', () => {
    let rollout = running()
    const percents = []
    for (let step = 0; rollout.candidate !== null && step < 10; step += 1) {
      percents.push(rollout.percent)
      expect(next(rollout, HOLDS, rollout.stepEndsAtMs - 1)).toBeNull()
      rollout = next(rollout, HOLDS, rollout.stepEndsAtMs) ?? rollout
    }
    expect(percents).toEqual([5, 10, 25, 50, 90])
    expect(rollout).toMatchObject({ stable: 2, candidate: null, percent: 0, isAutomatic: false })
    expect(rollout.stepEndsAtMs).toBe(NOW + 4 * 300_000)
  })

  it('from a share that is no step goes to the next one', () => {
    expect(next(running({ percent: 30 }))?.percent).toBe(50)
  })

  it('RO3: goes back to nothing at once when its figures are broken, and stays there', () => {
    const broken = { kind: 'broken', why: 'they fail' } as const
    const back = next(running({ percent: 50 }), broken, NOW - 200_000)
    expect(back).toMatchObject({ stable: 1, candidate: 2, percent: 0, isAutomatic: false })
    expect(back && next(back)).toBeNull()
  })

  it('waits while the figures say nothing, however late it is', () => {
    expect(next(running(), { kind: 'unclear', why: 'few' }, NOW + 3_600_000)).toBeNull()
  })

  it('that an operator moves does not move on its own', () => {
    const manual = running({ isAutomatic: false })
    expect(next(manual)).toBeNull()
    expect(next(manual, { kind: 'broken', why: 'they fail' })).toBeNull()
    expect(takenBack(manual).percent).toBe(0)
  })
})
