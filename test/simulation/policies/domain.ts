/** The domains, by name and by order. */
import { DOMAINS, type Domain } from '../../../worker/domains/reads.ts'
import type { Order } from './order.ts'

/** Those that the order needs. */
export function domainsOf({ steps }: Order): Domain[] {
  return DOMAINS.filter((domain) => steps.some((step) => step.domain === domain))
}
