/** `npm run simulate -- --policies` in miniature: fewer orders, in domains that are smaller by as much. */
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { missedBounds } from './bounds.ts'
import type { Incident } from './calendar.ts'
import { type CompareOptions, compare } from './compare.ts'
import { type Comparison, type PolicyName, type Row, doneShare } from './result.ts'
import { tableOf } from './table.ts'

const STALL: CompareOptions = {
  seed: 1,
  ordersPerSecond: 500,
  seconds: 14,
  calendar: [{ kind: 'stall', domain: 'points', fromS: 2, forS: 4 }],
}

/** As much of the time as in the run of 180 s, or there would be no P99 to keep. */
const SHORT: readonly Incident[] = [
  { kind: 'slow', domain: 'payments', fromS: 1, forS: 0.2, factor: 2 },
  { kind: 'capacity', domain: 'inventory', fromS: 2, forS: 1, share: 2 / 3 },
  { kind: 'stall', domain: 'points', fromS: 4, forS: 0.2 },
]

// What breakers log is for operators.
beforeAll(() => {
  for (const level of ['log', 'warn', 'error'] as const) vi.spyOn(console, level).mockReturnValue()
})

async function compared(options: CompareOptions): Promise<Comparison> {
  const comparison = await compare(options)
  if (comparison === null) throw new Error('ended early')
  return comparison
}

function rowOf({ rows }: Comparison, name: PolicyName): Row {
  const row = rows.find(({ policy }) => policy === name)
  if (!row) throw new RangeError(name)
  return row
}

describe('a service that few orders need stands still for four seconds', () => {
  let comparison: Comparison
  let fixed: Row
  let backoff: Row
  let ours: Row
  beforeAll(async () => {
    comparison = await compared(STALL)
    fixed = rowOf(comparison, 'fixed-timeout')
    backoff = rowOf(comparison, 'breaker-and-backoff')
    ours = rowOf(comparison, 'ours')
  })

  it('is met by the same orders, whatever the policy', () => {
    expect(new Set(comparison.rows.map(({ orders }) => orders)).size).toBe(1)
    expect(ours.orders).toBeGreaterThan(6_000)
  })

  it('without a breaker is driven deeper: several times as many orders fail', () => {
    expect(fixed.failed).toBeGreaterThan(4 * backoff.failed)
    expect(fixed.repeats).toBeGreaterThan(5 * backoff.repeats)
    expect(doneShare(fixed.compensations)).toBeLessThan(0.95)
  })

  it('costs ours no more orders than breaker and backoff, and less time', () => {
    expect(ours.failed).toBeLessThanOrEqual(1.1 * backoff.failed)
    // The fixed timeout's P99 is where it gives up, and so no time to compare with.
    expect(ours.failed).toBeLessThan(fixed.failed / 4)
    expect(ours.p99Ms).toBeLessThan(0.8 * backoff.p99Ms)
    expect(ours.refused).toBeGreaterThan(0)
  })

  it('costs ours no compensation, and no hold that should be final', () => {
    expect(ours.compensations.begun).toBeGreaterThan(2_000)
    expect(doneShare(ours.compensations)).toBe(1)
    expect(doneShare(ours.commits)).toBe(1)
  })

  it('is told in a table, with the seed and the figures that were published', () => {
    const table = tableOf(comparison, 'usual')
    expect(table).toContain('seed 1')
    expect(table).toMatch(/as published +1,420 +2\.7 % +91\.3 %/v)
    expect(table).toContain('Missed: P99 is')
  })
})

it('what all orders need is away for a minute: ours alone loses nothing of what it began', async () => {
  const calendar: Incident[] = [{ kind: 'stall', domain: 'inventory', fromS: 1, forS: 60 }]
  const comparison = await compared({ seed: 1, ordersPerSecond: 50, seconds: 4, calendar })
  const [fixed, backoff, ours] = comparison.rows.map((row) => doneShare(row.compensations))
  expect(fixed).toBeLessThan(0.9)
  expect(backoff).toBeLessThan(0.9)
  expect(ours).toBe(1)
  expect(doneShare(rowOf(comparison, 'ours').commits)).toBe(1)
})

it('the bounds are kept where incidents take as much of the time as in the long run', async () => {
  const { rows } = await compared({ seed: 1, ordersPerSecond: 800, seconds: 6, calendar: SHORT })
  expect(rows.filter(({ policy }) => policy === 'ours').flatMap(missedBounds)).toEqual([])
})

it('the same seed gives the same numbers, and another seed others', async () => {
  const options = { ...STALL, ordersPerSecond: 100, seconds: 8 }
  const first = await compared(options)
  expect(await compared(options)).toEqual(first)
  expect((await compared({ ...options, seed: 2 })).rows).not.toEqual(first.rows)
})
