/** Which binding reads which domain. */
import type { Domain, DomainReads } from '../domains/reads.ts'
import type { Env } from '../env.ts'

export type DomainBindings = Pick<
  Env,
  'INVENTORY' | 'COUPONS' | 'POINTS' | 'LOGISTICS' | 'PAYMENTS'
>

export function readsOf(env: DomainBindings, domain: Domain): DomainReads {
  const reads: Record<Domain, DomainReads> = {
    inventory: env.INVENTORY,
    coupons: env.COUPONS,
    points: env.POINTS,
    logistics: env.LOGISTICS,
    payments: env.PAYMENTS,
  }
  return reads[domain]
}
