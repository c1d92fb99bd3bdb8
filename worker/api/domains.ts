/** Which binding reads which domain. */
import type { Domain, DomainReads } from '../domains/reads.ts'
import type { ApiBindings } from './ports.ts'

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
