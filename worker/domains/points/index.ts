/** The loyalty points: balances, what is frozen for orders, and what was spent. */
import { drizzle } from 'drizzle-orm/d1'
import type { CustomerId } from '../../../durable-objects/core/ids.ts'
import { holdingDomain } from '../domain-worker.ts'
import type { PointsReads } from '../reads.ts'
import type { DomainEnv } from '../receiver.ts'
import { SharedReads } from '../shared-reads.ts'
import { balancesOf } from './balance.ts'
import { WELCOME_POINTS } from './rules.ts'
import { account } from './schema.ts'
import { holds, laws, steps } from './store.ts'

const points = holdingDomain('points', { steps, holds, laws })
const balances = new SharedReads(balancesOf)

export class Points extends points.Worker implements PointsReads {
  async openAccount(customer: CustomerId) {
    await drizzle(this.env.DB)
      .insert(account)
      .values({ customer, granted: WELCOME_POINTS, available: WELCOME_POINTS })
      .onConflictDoNothing()
  }

  balance(customer: CustomerId) {
    return balances.ask(customer, this.env.DB, this.ctx)
  }
}

export default { queue: points.queue } satisfies ExportedHandler<DomainEnv>
