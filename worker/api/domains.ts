/** The five domains, by name. */
import type { DomainReads } from '../domains/reads.ts'
import type { ApiBindings } from './ports.ts'

export const DOMAINS = ['inventory', 'coupons', 'points', 'logistics', 'payments'] as const
export type Domain = (typeof DOMAINS)[number]

export function readsOf(env: ApiBindings, domain: Domain): DomainReads {
  const reads: Record<Domain, DomainReads> = {
    inventory: env.INVENTORY,
    coupons: env.COUPONS,
    points: env.POINTS,
    logistics: env.LOGISTICS,
    payments: env.PAYMENTS,
  }
  return reads[domain]
}
