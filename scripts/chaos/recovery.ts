/**
 * How long orders that a kill interrupted took to come to rest again. Pure.
 *
 * T1. Interrupted is an order that moved when the kill came, by its own journal; it counts once
 *     for each kill that it met.
 * T2. One clock starts at the kill; the other when the shop answers again, and an order that was
 *     at rest before that took 0 by it.
 */
import type { Unrest } from './sightings.ts'
import type { Kill } from './server.ts'
import { type PastSpell, isOutage } from './weather.ts'

export type Recovery = {
  afterKillMs: number
  afterAnswerMs: number
  /** A domain that it needs was away at some time before it came to rest. */
  metOutage: boolean
  /** Another kill came before it was at rest. */
  metAnotherKill: boolean
}

/** A time in which an order moved, with the domains that it needs. */
export type Movement = Unrest & { domains: string[] }

/** Of the orders that this kill interrupted and that are at rest by now. */
export function recoveriesFrom(
  kill: Kill,
  movements: Movement[],
  kills: Kill[],
  spells: PastSpell[],
): Recovery[] {
  return movements.flatMap(({ fromMs, toMs, domains }) => {
    if (fromMs >= kill.atMs || toMs === null || toMs <= kill.atMs) return []
    const outages = spells.filter((spell) => isOutage(spell) && domains.includes(spell.domain))
    return [
      {
        afterKillMs: toMs - kill.atMs,
        afterAnswerMs: Math.max(0, toMs - kill.answersAtMs),
        metOutage: outages.some((spell) => spell.fromMs < toMs && spell.toMs > fromMs),
        metAnotherKill: kills.some(({ atMs }) => atMs > kill.atMs && atMs < toMs),
      },
    ]
  })
}

/** Of `n` durations in milliseconds; by nearest rank, so each is one that was measured. */
export type Spread = { n: number; p50Ms: number; p99Ms: number; worstMs: number }

export function spreadOf(durationsMs: number[]): Spread | null {
  const sorted = durationsMs.toSorted((a, b) => a - b)
  const rank = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? 0
  if (sorted.length === 0) return null
  return { n: sorted.length, p50Ms: rank(0.5), p99Ms: rank(0.99), worstMs: rank(1) }
}
