/** The inventory: units on hand, reserved and sold, by SKU. */
import { WorkerEntrypoint } from 'cloudflare:workers'
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { Command, CommandCalls } from '../../../durable-objects/core/messages.ts'
import { storeFaults } from '../faults.ts'
import { violationsOf } from '../laws.ts'
import { askAboutLeases } from '../leases.ts'
import { openHoldsIn } from '../open-holds.ts'
import { orderIdsIn } from '../order-ids.ts'
import { participant } from '../participant.ts'
import type { Faults, InventoryReads } from '../reads.ts'
import type { DomainEnv } from '../receiver.ts'
import { SharedReads } from '../shared-reads.ts'
import { availabilityOf } from './availability.ts'
import { holds, laws, steps } from './store.ts'

const DOMAIN = 'inventory'
const commands = participant(DOMAIN, steps)
const availability = new SharedReads(availabilityOf)

export class Inventory extends WorkerEntrypoint<DomainEnv> implements InventoryReads, CommandCalls {
  availability(skus: string[]) {
    return availability.ask(skus, this.env.DB, this.ctx)
  }

  execute(command: Command) {
    return commands.execute(command, this.env, this.ctx)
  }

  violations() {
    return violationsOf(this.env.DB, DOMAIN, laws)
  }

  openHolds(after: OrderId | null, limit: number) {
    return openHoldsIn(this.env.DB, holds, after, limit)
  }

  askAboutLeases(limit: number) {
    return askAboutLeases(this.env, { holds, steps }, limit)
  }

  orderIds(after: OrderId | null, limit: number) {
    return orderIdsIn(this.env.DB, after, limit)
  }

  async setFaults(faults: Faults) {
    if (process.env.NODE_ENV !== 'production') return storeFaults(this.env.DB, faults)
    return false
  }
}

export default { queue: commands.queue } satisfies ExportedHandler<DomainEnv>
