/** The logistics: how many parcels each region takes on which day. */
import { holdingDomain } from '../domain-worker.ts'
import type { LogisticsReads } from '../reads.ts'
import type { DomainEnv } from '../receiver.ts'
import { SharedReads } from '../shared-reads.ts'
import { daysOf } from './days.ts'
import { holds, laws, steps } from './store.ts'

const logistics = holdingDomain('logistics', { steps, holds, laws })
const days = new SharedReads((db, regions: string[]) => daysOf(db, regions, Date.now()))

export class Logistics extends logistics.Worker implements LogisticsReads {
  days(region: string) {
    return days.ask(region, this.env.DB, this.ctx)
  }
}

export default { queue: logistics.queue } satisfies ExportedHandler<DomainEnv>
