/** The payments: one charge per order at most, and its refund. */
import { WorkerEntrypoint } from 'cloudflare:workers'
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { Command, CommandCalls } from '../../../durable-objects/core/messages.ts'
import { storeFaults } from '../faults.ts'
import { violationsOf } from '../laws.ts'
import { orderIdsIn } from '../order-ids.ts'
import type { Faults, LeaseReport, OpenHold, Page, PaymentsReads } from '../reads.ts'
import { edgeRuntime } from '../runtime.ts'
import { askAboutCaptures } from './captures.ts'
import { laws } from './laws.ts'
import { paymentsIn } from './ledger.ts'
import { type PaymentsEnv, paymentsParticipant } from './participant.ts'
import { Sandbox } from './sandbox.ts'

const commands = paymentsParticipant()

export class Payments extends WorkerEntrypoint<PaymentsEnv> implements PaymentsReads, CommandCalls {
  payments(after: OrderId | null, limit: number) {
    return paymentsIn(this.env.PROVIDER_DB, after, limit)
  }

  execute(command: Command) {
    return commands.execute(command, this.env, this.ctx)
  }

  violations() {
    return violationsOf(this.env.DB, 'payments', laws)
  }

  /** None: money is charged or not; nothing is held in between. */
  async openHolds(): Promise<Page<OpenHold>> {
    return { items: [], next: null }
  }

  /** Of captures that nothing here speaks for. */
  askAboutLeases(limit: number): Promise<LeaseReport> {
    return askAboutCaptures(this.env, new Sandbox(this.env.PROVIDER_DB, edgeRuntime), limit)
  }

  orderIds(after: OrderId | null, limit: number) {
    return orderIdsIn(this.env.DB, after, limit)
  }

  async setFaults(faults: Faults) {
    if (process.env.NODE_ENV !== 'production') return storeFaults(this.env.DB, faults)
    return false
  }
}

export default { queue: commands.queue } satisfies ExportedHandler<PaymentsEnv>
