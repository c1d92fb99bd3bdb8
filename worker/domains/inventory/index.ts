/** The inventory: units on hand, reserved and sold, by SKU. */
import { holdingDomain } from '../domain-worker.ts'
import type { InventoryReads } from '../reads.ts'
import type { DomainEnv } from '../receiver.ts'
import { SharedReads } from '../shared-reads.ts'
import { availabilityOf } from './availability.ts'
import { holds, laws, steps } from './store.ts'

const inventory = holdingDomain('inventory', { steps, holds, laws })
const availability = new SharedReads(availabilityOf)

export class Inventory extends inventory.Worker implements InventoryReads {
  availability(skus: string[]) {
    return availability.ask(skus, this.env.DB, this.ctx)
  }
}

export default { queue: inventory.queue } satisfies ExportedHandler<DomainEnv>
