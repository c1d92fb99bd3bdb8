/** The coupons: who may redeem which, how often, and until when. */
import type { CustomerId } from '../../../durable-objects/core/ids.ts'
import type { Money } from '../../../durable-objects/core/money.ts'
import { holdingDomain } from '../domain-worker.ts'
import type { CouponsReads } from '../reads.ts'
import type { DomainEnv } from '../receiver.ts'
import { SharedReads } from '../shared-reads.ts'
import { checksOf, offersTo } from './offers.ts'
import { holds, laws, steps } from './store.ts'

const coupons = holdingDomain('coupons', { steps, holds, laws })
const checks = new SharedReads(checksOf)

export class Coupons extends coupons.Worker implements CouponsReads {
  offers(customer: CustomerId) {
    return offersTo(this.env.DB, customer, Date.now())
  }

  check(customer: CustomerId, coupon: string, subtotal: Money) {
    const question = { customer, code: coupon, subtotal, nowMs: Date.now() }
    return checks.ask(question, this.env.DB, this.ctx)
  }
}

export default { queue: coupons.queue } satisfies ExportedHandler<DomainEnv>
