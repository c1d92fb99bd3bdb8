/** What makes a chaos run fail: every flaw, alone. */
import { describe, expect, it } from 'vitest'
import type { Observations } from '../../scripts/chaos/observations.ts'
import { newPurchase } from '../../scripts/chaos/purchase.ts'
import { resultOf } from '../../scripts/chaos/result.ts'
import { orderOf } from '../support/orders.ts'
import { purchased } from './support/sighted.ts'

const COUNTS = { orders: 1, unsettled: 0, openHolds: 0, payments: 1, logBehind: 0, writeOffs: 0 }
const VIOLATION = { domain: 'payments', law: 'one-capture-at-most', subject: 'ord_1', detail: '2' }
const SOUND = purchased([{ fromMs: 1_000, toMs: 2_000 }])
const ASKED = newPurchase({ kind: 'good', key: 'chaos-1', order: orderOf() })

function seen(changes: Partial<Observations> = {}, counts: Partial<typeof COUNTS> = {}) {
  const observations: Observations = {
    options: { orders: 1, kills: 1, seed: 1, spellMsMax: 1_000 },
    purchases: [SOUND],
    kills: [{ atMs: 1_500, answersAtMs: 1_700 }],
    spells: [],
    repeats: new Map(),
    versions: new Map([
      [1, 1],
      [2, 0],
    ]),
    audit: {
      ok: true,
      checkedAt: new Date(0).toISOString(),
      counts: { ...COUNTS, ...counts },
      violations: [],
      next: null,
    },
    beganAtMs: 0,
    calmFromMs: 1_600,
    atRestAtMs: 3_000,
    ...changes,
  }
  return observations
}

const flawsIn = (observations: Observations): string[] =>
  resultOf(observations).flaws.flatMap(({ flaw, count }) => (count > 0 ? [flaw] : []))

describe('a chaos run', () => {
  it('is good when all is at rest and adds up', () => {
    expect(flawsIn(seen())).toEqual([])
    expect(resultOf(seen()).ok).toBe(true)
  })

  it.each([
    {
      flaw: 'lost orders',
      observations: seen({ purchases: [{ ...SOUND, isLost: true }] }),
    },
    { flaw: 'lost orders', observations: seen({}, { orders: 0 }) },
    { flaw: 'doubled orders', observations: seen({}, { orders: 2 }) },
    {
      flaw: 'unanswered requests',
      observations: seen({ purchases: [SOUND, { ...ASKED, state: { kind: 'asked' } }] }),
    },
    { flaw: 'open orders', observations: seen({}, { unsettled: 1 }) },
    {
      flaw: 'open orders',
      observations: seen({
        purchases: [purchased([{ fromMs: 1_000, toMs: null }], { settled: false })],
      }),
    },
    { flaw: 'open holds', observations: seen({}, { openHolds: 1 }) },
    { flaw: 'orders not complete in D1', observations: seen({}, { logBehind: 1 }) },
    {
      flaw: 'broken promises',
      observations: seen({ purchases: [{ ...SOUND, wrongs: ['it went back to pending'] }] }),
    },
    {
      flaw: 'audit violations',
      observations: seen({ audit: { ...seen().audit, ok: false, violations: [VIOLATION] } }),
    },
  ])('fails with $flaw alone', ({ flaw, observations }) => {
    expect(flawsIn(observations)).toEqual([flaw])
    expect(resultOf(observations).ok).toBe(false)
  })

  it('measures from the kill, from the answer, and from the calm', () => {
    const { interrupted, recovery, calm } = resultOf(seen())
    expect(interrupted).toEqual({ orders: 1, metOutage: 0, metAnotherKill: 0 })
    expect(recovery.perOrderAfterKill?.worstMs).toBe(500)
    expect(recovery.perKill).toEqual({ n: 1, p50Ms: 300, p99Ms: 300, worstMs: 300 })
    expect(calm).toEqual({ settledAfterMs: 400, atRestAfterMs: 1_400 })
  })
})
