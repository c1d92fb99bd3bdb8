/** What the demo and the chaos test let go wrong on purpose. */
import type { Faults } from '../../worker/domains/reads.ts'
import { DOMAINS, type Domain, NO_FAULTS } from '../../worker/domains/reads.ts'
import type { Operator } from './operator.ts'

export type FaultPlan = Partial<Record<Domain, Faults>>

/** Holds the card back for long enough that every cancellation comes in time. */
export const SLOW_DELIVERY: FaultPlan = {
  logistics: { ...NO_FAULTS, latencyMs: 700, only: { step: 'reserve-delivery' } },
}

/** A little of everything, nothing for good. */
export const STORM: FaultPlan = {
  inventory: { ...NO_FAULTS, latencyMs: 120, duplicateRate: 0.5 },
  coupons: { ...NO_FAULTS, transientRate: 0.3 },
  points: { ...NO_FAULTS, dropReplyRate: 0.25 },
  logistics: { ...NO_FAULTS, rejectRate: 0.2, only: { direction: 'action' } },
  payments: { ...NO_FAULTS, transientRate: 0.2, duplicateRate: 0.3 },
}

export async function applyFaults(plan: FaultPlan, operator: Operator): Promise<void> {
  await Promise.all(DOMAINS.map((domain) => operator.setFaults(domain, plan[domain] ?? NO_FAULTS)))
}

/** Runs `work` while the faults are in force, and ends them whatever happens. */
export async function during<Result>(
  plan: FaultPlan | null,
  operator: Operator,
  work: () => Promise<Result>,
): Promise<Result> {
  if (plan === null) return work()
  await applyFaults(plan, operator)
  try {
    return await work()
  } finally {
    await operator.clearFaults()
  }
}
