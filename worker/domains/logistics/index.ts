/** The logistics: how many parcels each region takes on which day. */
import { WorkerEntrypoint } from 'cloudflare:workers'
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { DomainEnv } from '../consumer.ts'
import { storeFaults } from '../faults.ts'
import { violationsOf } from '../laws.ts'
import { askAboutLeases } from '../leases.ts'
import { openHoldsIn } from '../open-holds.ts'
import { orderIdsIn } from '../order-ids.ts'
import { participant } from '../participant.ts'
import type { Faults, LogisticsReads } from '../reads.ts'
import { daysOf } from './days.ts'
import { holds, laws, steps } from './store.ts'

const DOMAIN = 'logistics'

export class Logistics extends WorkerEntrypoint<DomainEnv> implements LogisticsReads {
  days(region: string) {
    return daysOf(this.env.DB, region, Date.now())
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

export default { queue: participant(DOMAIN, steps) } satisfies ExportedHandler<DomainEnv>
