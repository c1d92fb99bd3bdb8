/** Times drawn from a distribution, by chance that hangs on what it is asked for. */
import type { Chance } from '../chance.ts'
import type { Spread } from './parameters.ts'

/** Of a standard normal distribution, so many are at most this: 99 of 100. */
const NORMAL_P99 = 2.326

const sigmaOf = ({ p50Ms, p99Ms }: Spread): number => Math.log(p99Ms / p50Ms) / NORMAL_P99

export const meanMs = (spread: Spread): number => spread.p50Ms * Math.exp(sigmaOf(spread) ** 2 / 2)

/** `kind`, `scope` and `n` say what for: the same for the same. */
export function drawnMs(
  spread: Spread,
  chance: Chance,
  kind: number,
  scope: number,
  n: number,
): number {
  const u = 1 - chance.nth(kind, scope, 2 * n)
  const v = chance.nth(kind, scope, 2 * n + 1)
  const normal = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v)
  return spread.p50Ms * Math.exp(sigmaOf(spread) * normal)
}
