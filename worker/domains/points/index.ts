/** The loyalty points: balances, what is frozen for orders, and what was spent. */
import { WorkerEntrypoint } from 'cloudflare:workers'
import { drizzle } from 'drizzle-orm/d1'
import type { CustomerId, OrderId } from '../../../durable-objects/core/ids.ts'
import type { Command, CommandCalls } from '../../../durable-objects/core/messages.ts'
import { storeFaults } from '../faults.ts'
import { violationsOf } from '../laws.ts'
import { askAboutLeases } from '../leases.ts'
import { openHoldsIn } from '../open-holds.ts'
import { orderIdsIn } from '../order-ids.ts'
import { participant } from '../participant.ts'
import type { Faults, PointsReads } from '../reads.ts'
import type { DomainEnv } from '../receiver.ts'
import { SharedReads } from '../shared-reads.ts'
import { balancesOf } from './balance.ts'
import { WELCOME_POINTS } from './rules.ts'
import { account } from './schema.ts'
import { holds, laws, steps } from './store.ts'

const DOMAIN = 'points'
const commands = participant(DOMAIN, steps)
const balances = new SharedReads(balancesOf)

export class Points extends WorkerEntrypoint<DomainEnv> implements PointsReads, CommandCalls {
  async openAccount(customer: CustomerId) {
    await drizzle(this.env.DB)
      .insert(account)
      .values({ customer, granted: WELCOME_POINTS, available: WELCOME_POINTS })
      .onConflictDoNothing()
  }

  balance(customer: CustomerId) {
    return balances.ask(customer, this.env.DB, this.ctx)
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
