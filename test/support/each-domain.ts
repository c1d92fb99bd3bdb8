/** What a test has once for each domain: they are listed by hand here only, so that the compiler misses a new one. */
import type { Law } from '../../worker/domains/laws.ts'
import type { Leased } from '../../worker/domains/leases.ts'
import * as coupons from '../../worker/domains/coupons/store.ts'
import * as inventory from '../../worker/domains/inventory/store.ts'
import * as logistics from '../../worker/domains/logistics/store.ts'
import * as points from '../../worker/domains/points/store.ts'
import type { Domain } from '../../worker/domains/reads.ts'

/** Those whose steps are rows of their own database. */
export type HoldingDomain = Exclude<Domain, 'payments'>

export const STORES: Record<HoldingDomain, Leased & { laws: readonly Law[] }> = {
  inventory,
  coupons,
  points,
  logistics,
}

type Make<Value> = (domain: Domain) => Value

export const ofEachDomain = <Value>(make: Make<Value>): Record<Domain, Value> => ({
  inventory: make('inventory'),
  coupons: make('coupons'),
  points: make('points'),
  logistics: make('logistics'),
  payments: make('payments'),
})

/** By what wrangler.toml calls its Worker. */
export const servicesOf = <Value>(make: Make<Value>): Record<Uppercase<Domain>, Value> => ({
  INVENTORY: make('inventory'),
  COUPONS: make('coupons'),
  POINTS: make('points'),
  LOGISTICS: make('logistics'),
  PAYMENTS: make('payments'),
})

/** By what wrangler.toml calls its queue. */
export const commandQueuesOf = <Value>(
  make: Make<Value>,
): Record<`${Uppercase<Domain>}_COMMANDS`, Value> => ({
  INVENTORY_COMMANDS: make('inventory'),
  COUPONS_COMMANDS: make('coupons'),
  POINTS_COMMANDS: make('points'),
  LOGISTICS_COMMANDS: make('logistics'),
  PAYMENTS_COMMANDS: make('payments'),
})
