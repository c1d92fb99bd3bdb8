/** Of scripts/chaos/recovery.ts: T1 and T2 are its. */
import { describe, expect, it } from 'vitest'
import { recoveriesFrom, spreadOf } from '../../scripts/chaos/recovery.ts'
import type { PastSpell, Weather } from '../../scripts/chaos/weather.ts'

const KILL = { atMs: 10_000, answersAtMs: 15_000 }

const movement = (fromMs: number, toMs: number | null) => ({ fromMs, toMs, domains: ['payments'] })

const spell = (weather: Weather, domain: PastSpell['domain'], fromMs: number): PastSpell => ({
  weather,
  domain,
  lastsMs: 1_000,
  fromMs,
  toMs: fromMs + 1_000,
})

describe('an order that a kill interrupted', () => {
  it('is one that moved when it came (T1)', () => {
    const movements = [
      movement(1_000, 9_999),
      movement(2_000, 17_000),
      movement(10_001, 19_000),
      movement(3_000, null),
    ]
    const found = recoveriesFrom(KILL, movements, [KILL], [])
    expect(found.map(({ afterAnswerMs }) => afterAnswerMs)).toEqual([2_000])
  })

  it('is timed from the kill, and from the first answer after it, but never below 0 (T2)', () => {
    const [late, early] = recoveriesFrom(
      KILL,
      [movement(1, 17_000), movement(1, 14_000)],
      [KILL],
      [],
    )
    expect(late).toMatchObject({ afterKillMs: 7_000, afterAnswerMs: 2_000 })
    expect(early).toMatchObject({ afterKillMs: 4_000, afterAnswerMs: 0 })
  })

  it.each([
    { what: 'an outage of its domain', met: true, spells: [spell('outage', 'payments', 16_000)] },
    { what: 'one that is silent', met: true, spells: [spell('silence', 'payments', 2_000)] },
    { what: 'an outage of no use to it', met: false, spells: [spell('outage', 'points', 16_000)] },
    { what: 'other weather', met: false, spells: [spell('slowness', 'payments', 16_000)] },
    { what: 'an outage before it', met: false, spells: [spell('outage', 'payments', 500)] },
    { what: 'an outage after it', met: false, spells: [spell('outage', 'payments', 17_000)] },
  ])('tells whether it met $what: $met', ({ met, spells }) => {
    const [found] = recoveriesFrom(KILL, [movement(1_500, 17_000)], [KILL], spells)
    expect(found?.metOutage).toBe(met)
  })

  it('tells whether another kill came before it rested', () => {
    const again = { atMs: 16_000, answersAtMs: 20_000 }
    const movements = [movement(1, 15_500), movement(1, 21_000)]
    const met = recoveriesFrom(KILL, movements, [KILL, again], []).map(
      ({ metAnotherKill }) => metAnotherKill,
    )
    expect(met).toEqual([false, true])
  })
})

describe('a spread', () => {
  it('gives durations that were measured, by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
    expect(spreadOf(hundred)).toEqual({ n: 100, p50Ms: 50, p99Ms: 99, worstMs: 100 })
    expect(spreadOf([7])).toEqual({ n: 1, p50Ms: 7, p99Ms: 7, worstMs: 7 })
  })

  it('of nothing is none', () => expect(spreadOf([])).toBeNull())
})
