/** What all domains' Workers answer alike. Each adds what only it is asked. */
import { WorkerEntrypoint } from 'cloudflare:workers'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import type { Command, CommandCalls } from '../../durable-objects/core/messages.ts'
import { storeFaults } from './faults.ts'
import { type Law, violationsOf } from './laws.ts'
import { type Leased, askAboutLeases } from './leases.ts'
import { holdsIn } from './holds.ts'
import { orderIdsIn } from './order-ids.ts'
import { participant } from './participant.ts'
import type { DomainReads, Faults } from './reads.ts'
import type { DomainEnv, Receiver } from './receiver.ts'

type OfAll = CommandCalls & Pick<DomainReads, 'violations' | 'orderIds' | 'setFaults'>

/** The class to extend, of a domain that takes its commands by `commands`. */
export function domainWorker<Env extends DomainEnv>(
  domain: string,
  commands: Receiver<Env>,
  laws: readonly Law[],
) {
  return class extends WorkerEntrypoint<Env> implements OfAll {
    execute(command: Command) {
      return commands.execute(command, this.env, this.ctx)
    }

    violations() {
      return violationsOf(this.env.DB, domain, laws)
    }

    orderIds(after: OrderId | null, limit: number) {
      return orderIdsIn(this.env.DB, after, limit)
    }

    async setFaults(faults: Faults) {
      if (process.env.NODE_ENV !== 'production') return storeFaults(this.env.DB, faults)
      return false
    }
  }
}

/** A domain whose steps are rows of its own database: the class to extend, and the consumer of its queue. */
export function holdingDomain(
  domain: string,
  { laws, ...leased }: Leased & { laws: readonly Law[] },
) {
  const commands = participant(domain, leased.steps)
  const Worker = class
    extends domainWorker<DomainEnv>(domain, commands, laws)
    implements DomainReads
  {
    holds(after: OrderId | null, limit: number) {
      return holdsIn(this.env.DB, leased.holds, after, limit)
    }

    askAboutLeases(limit: number) {
      return askAboutLeases(this.env, leased, limit)
    }
  }
  return { Worker, queue: commands.queue }
}
