/** Which binding reads which domain. */
import type {
  CouponsReads,
  Domain,
  DomainReads,
  InventoryReads,
  LogisticsReads,
  PaymentsReads,
  PointsReads,
} from '../domains/reads.ts'

export type DomainBindings = {
  INVENTORY: InventoryReads
  COUPONS: CouponsReads
  POINTS: PointsReads
  LOGISTICS: LogisticsReads
  PAYMENTS: PaymentsReads
}

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
