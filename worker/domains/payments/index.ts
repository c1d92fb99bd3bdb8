/** The payments: one charge per order at most, and its refund. */
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import { domainWorker } from '../domain-worker.ts'
import type { Hold, LeaseReport, Page, PaymentsReads } from '../reads.ts'
import { edgeRuntime } from '../runtime.ts'
import { askAboutCaptures } from './captures.ts'
import { laws } from './laws.ts'
import { paymentsIn } from './ledger.ts'
import { type PaymentsEnv, paymentsParticipant } from './participant.ts'
import { Sandbox } from './sandbox.ts'

const commands = paymentsParticipant()
const PaymentsWorker = domainWorker<PaymentsEnv>('payments', commands, laws)

export class Payments extends PaymentsWorker implements PaymentsReads {
  payments(after: OrderId | null, limit: number) {
    return paymentsIn(this.env.PROVIDER_DB, after, limit)
  }

  /** None: money is charged or not; nothing is held in between. */
  async holds(): Promise<Page<Hold>> {
    return { items: [], next: null }
  }

  /** Of captures that nothing here speaks for. */
  askAboutLeases(limit: number): Promise<LeaseReport> {
    return askAboutCaptures(this.env, new Sandbox(this.env.PROVIDER_DB, edgeRuntime), limit)
  }
}

export default { queue: commands.queue } satisfies ExportedHandler<PaymentsEnv>
