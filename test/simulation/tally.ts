/** What many runs came to, added up. */
import { FAULT_KINDS } from './faults.ts'
import type { Outcome } from './run.ts'

export type Tally = {
  runs: number
  sagas: number
  steps: number
  /** By what sagas came to. */
  outcomes: Record<string, number>
  /** By kind. */
  faults: Record<string, number>
  needsWalk: number
  /** Orders by how long after all was well they were settled: under so many milliseconds. */
  healedWithinMs: Record<string, number>
  healedAfterMsMax: number
  failures: Outcome[]
}

const HEALED_WITHIN_MS = [1_000, 3_000, 10_000, 60_000, 120_000, 300_000, 600_000, Infinity]
/** More would only repeat the first. */
const FAILURES_MAX = 10

export const emptyTally = (): Tally => ({
  runs: 0,
  sagas: 0,
  steps: 0,
  outcomes: {},
  faults: {},
  needsWalk: 0,
  healedWithinMs: {},
  healedAfterMsMax: 0,
  failures: [],
})

const add = (counts: Record<string, number>, name: string, more = 1): void => {
  counts[name] = (counts[name] ?? 0) + more
}

export function count(tally: Tally, outcome: Outcome): void {
  tally.runs += 1
  tally.sagas += outcome.sagas
  tally.steps += outcome.steps
  if (outcome.needsWalk) tally.needsWalk += 1
  for (const phase of outcome.outcomes) add(tally.outcomes, phase)
  for (const point of outcome.struck) add(tally.faults, point.split(' ', 1)[0] ?? '')
  for (const { healedAfterMs: ms } of outcome.orders) {
    add(tally.healedWithinMs, String(HEALED_WITHIN_MS.find((bound) => ms < bound) ?? Infinity))
    tally.healedAfterMsMax = Math.max(tally.healedAfterMsMax, ms)
  }
  if (outcome.violations.length > 0 && tally.failures.length < FAILURES_MAX) {
    tally.failures.push(outcome)
  }
}

export function merge(into: Tally, other: Tally): void {
  into.runs += other.runs
  into.sagas += other.sagas
  into.steps += other.steps
  into.needsWalk += other.needsWalk
  into.healedAfterMsMax = Math.max(into.healedAfterMsMax, other.healedAfterMsMax)
  for (const field of ['outcomes', 'faults', 'healedWithinMs'] as const) {
    for (const [name, n] of Object.entries(other[field])) add(into[field], name, n)
  }
  into.failures.push(...other.failures.slice(0, FAILURES_MAX - into.failures.length))
}

/** Kinds in their own order, also those that never struck. */
export const faultCounts = ({ faults }: Tally): [string, number][] =>
  FAULT_KINDS.map((kind) => [kind, faults[kind] ?? 0])
