/** What the bench makes of what it measured. */
import { describe, expect, it } from 'vitest'
import { spreadOf } from '../../scripts/chaos/recovery.ts'
import { discrepancies } from './books.ts'
import { OBJECTS_MIN, ObjectBudget } from './object-budget.ts'
import { ratiosOf } from './ratios.ts'
import type { SeriesResult } from './result.ts'
import type { SeriesName } from './names.ts'

const measured = (name: SeriesName, perSecond: number, p99Ms: number): SeriesResult => ({
  name,
  cells: [8, 32].map((clients) => ({
    clients,
    requests: 100,
    seconds: 1,
    // Only at 32 clients as given.
    perSecond: clients === 32 ? perSecond : 1,
    p50Ms: 1,
    p99Ms: clients === 32 ? p99Ms : 1,
  })),
})

describe('ratios', () => {
  it('are of edge-saga to the other, at 32 clients', () => {
    const series = [
      measured('bare-object', 500, 9),
      measured('workflows-good', 50, 800),
      measured('workflows-declined', 40, 900),
      measured('edge-saga-good', 200, 200),
      measured('edge-saga-declined', 100, 450),
      measured('edge-saga-unquoted', 150, 300),
      measured('edge-saga-visit', 125, 350),
    ]
    expect(ratiosOf(series)).toEqual({
      goodVsWorkflows: 4,
      declinedVsWorkflows: 2.5,
      unquotedVsWorkflows: 3,
      visitVsWorkflows: 2.5,
      goodP99VsWorkflows: 0.25,
      declinedP99VsWorkflows: 0.5,
      goodVsBare: 0.4,
    })
  })

  it('are null where one of the two was not measured, and never divide by nothing', () => {
    const series = [measured('edge-saga-good', 200, 200), measured('bare-object', 0, 9)]
    expect(ratiosOf(series)).toMatchObject({ goodVsWorkflows: null, goodVsBare: null })
    expect(ratiosOf(series, 4)).toMatchObject({ goodVsBare: null })
  })
})

it('percentiles are values that were measured, by nearest rank', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index)
  expect(spreadOf(hundred)).toEqual({ n: 100, p50Ms: 50, p99Ms: 99, worstMs: 100 })
  expect(spreadOf([7])).toEqual({ n: 1, p50Ms: 7, p99Ms: 7, worstMs: 7 })
})

describe("the domains' books", () => {
  const before = { 'inventory sold': 3, 'points held': 0 }
  const sold = {
    'inventory sold': 5,
    'coupons used': 2,
    'points spent': 2,
    'logistics booked': 2,
    'payments-provider captured': 2,
  }

  it('agree when they changed by exactly the orders of the cell', () => {
    expect(discrepancies(before, sold, 'good', 2)).toEqual([])
    expect(discrepancies(before, before, null, 0)).toEqual([])
  })

  it('tell of an order that was lost, doubled, or left a hold', () => {
    expect(discrepancies(before, { ...sold, 'points held': 1 }, 'good', 2)).toEqual([
      'points held: 1 instead of 0',
    ])
    expect(discrepancies(before, { ...sold, 'coupons used': 1 }, 'good', 2)).toEqual([
      'coupons used: 1 instead of 2',
    ])
    expect(discrepancies(before, sold, 'declined', 2)).toContain('inventory sold: 2 instead of 0')
  })
})

describe('the budget of objects', () => {
  it('gives back what was made more than eleven seconds ago', () => {
    const budget = new ObjectBudget(20_000)
    budget.made(1_000, 0)
    budget.made(200, 5_000)
    expect(budget.max - budget.left(6_000)).toBe(1_200)
    expect(budget.max - budget.left(11_500)).toBe(200)
    expect(budget.left(16_500)).toBe(budget.max)
  })

  it('counts those that are kept for good, and ends where they leave too few', async () => {
    const budget = new ObjectBudget(20_000)
    budget.madeForGood(budget.max - OBJECTS_MIN)
    expect(budget.left(16_500)).toBe(OBJECTS_MIN)
    const { signal } = new AbortController()
    expect(await budget.take(signal)).toBe(OBJECTS_MIN)
    budget.madeForGood(1)
    await expect(budget.take(signal)).rejects.toThrow('Raise the limit')
  })

  it('refuses a machine that may open too few files, and says what to do', () => {
    expect(OBJECTS_MIN).toBeLessThan(new ObjectBudget(20_000).max)
    expect(() => new ObjectBudget(1_024)).toThrow('ulimit -n 20000')
  })
})
