/** The coupons: who may redeem which, how often, and until when. */
import { WorkerEntrypoint } from 'cloudflare:workers'
import type { CustomerId, OrderId } from '../../../durable-objects/core/ids.ts'
import type { Command, CommandCalls } from '../../../durable-objects/core/messages.ts'
import type { Money } from '../../../durable-objects/core/money.ts'
import { storeFaults } from '../faults.ts'
import { violationsOf } from '../laws.ts'
import { askAboutLeases } from '../leases.ts'
import { openHoldsIn } from '../open-holds.ts'
import { orderIdsIn } from '../order-ids.ts'
import { participant } from '../participant.ts'
import type { CouponsReads, Faults } from '../reads.ts'
import type { DomainEnv } from '../receiver.ts'
import { SharedReads } from '../shared-reads.ts'
import { checksOf, offersTo } from './offers.ts'
import { holds, laws, steps } from './store.ts'

const DOMAIN = 'coupons'
const commands = participant(DOMAIN, steps)
const checks = new SharedReads(checksOf)

export class Coupons extends WorkerEntrypoint<DomainEnv> implements CouponsReads, CommandCalls {
  offers(customer: CustomerId) {
    return offersTo(this.env.DB, customer, Date.now())
  }

  check(customer: CustomerId, coupon: string, subtotal: Money) {
    const question = { customer, code: coupon, subtotal, nowMs: Date.now() }
    return checks.ask(question, this.env.DB, this.ctx)
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
