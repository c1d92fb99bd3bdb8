/** How large domains are: so that without faults each is as busy as `UTILISATION` says. */
import { ORDER_CREATE } from '../../../durable-objects/sagas/registry.ts'
import type { Domain } from '../../../worker/domains/reads.ts'
import { COUPON_SHARE, DECLINED_SHARE, POINTS_SHARE, SERVICE, UTILISATION } from './parameters.ts'
import { meanMs } from './spread.ts'

const SHARE: Record<Domain, number> = {
  inventory: 1,
  coupons: COUPON_SHARE,
  points: POINTS_SHARE,
  logistics: 1,
  payments: 1,
}

/** How many there are of a step's commands for each order that has it: a hold is made final, or taken away. */
const COMMANDS = { compensatable: 1 + DECLINED_SHARE, pivot: 1, retriable: 1 - DECLINED_SHARE }

function commandsPerOrder(domain: Domain): number {
  const steps = ORDER_CREATE.steps.filter((step) => step.domain === domain)
  return SHARE[domain] * steps.reduce((sum, { kind }) => sum + COMMANDS[kind], 0)
}

/** Requests that it carries out at the same time. */
export function serversFor(domain: Domain, ordersPerSecond: number): number {
  const busy = (ordersPerSecond * commandsPerOrder(domain) * meanMs(SERVICE[domain])) / 1_000
  return Math.max(1, Math.ceil(busy / UTILISATION[domain]))
}
