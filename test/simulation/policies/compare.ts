/** All three policies in the same world, one after the other. */
import type { Incident } from './calendar.ts'
import { breakerAndBackoffFor } from './classic/breaker-and-backoff.ts'
import { fixedTimeout } from './classic/fixed-timeout.ts'
import { oursFor } from './ours/policy.ts'
import type { NewPolicy } from './policy.ts'
import { type Comparison, POLICY_NAMES, type PolicyName, rowOf } from './result.ts'
import { type Watch, runPolicy } from './run.ts'

export type CompareOptions = {
  seed: number
  ordersPerSecond: number
  seconds: number
  calendar: readonly Incident[]
}

const POLICIES: Record<PolicyName, (ordersPerSecond: number) => NewPolicy> = {
  'fixed-timeout': () => fixedTimeout,
  'breaker-and-backoff': breakerAndBackoffFor,
  ours: oursFor,
}

/** null: it was ended early. */
export async function compare(
  options: CompareOptions,
  watchOf?: (policy: PolicyName) => Watch,
): Promise<Comparison | null> {
  const rows: Comparison['rows'] = []
  for (const name of POLICY_NAMES) {
    const newPolicy = POLICIES[name](options.ordersPerSecond)
    const ran = await runPolicy(newPolicy, options, watchOf?.(name))
    if (ran === null) return null
    rows.push(rowOf(name, ran))
  }
  const { seed, ordersPerSecond, seconds } = options
  return { seed, ordersPerSecond, seconds, rows }
}
