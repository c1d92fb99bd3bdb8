/**
 * How commands travel: production's `commandCalls`, by call first and then by queue, on a network that
 * is this world's.
 */
import type { After, Clock } from '../../../../durable-objects/clock.ts'
import { commandCalls } from '../../../../durable-objects/command-calls.ts'
import type { OrderId } from '../../../../durable-objects/core/ids.ts'
import {
  type Command,
  type CommandCalls,
  MESSAGE_VERSION,
  type Reply,
} from '../../../../durable-objects/core/messages.ts'
import type { QueueCommands, SendCommands } from '../../../../durable-objects/ports.ts'
import { type Domain, isDomain } from '../../../../worker/domains/reads.ts'
import { servicesOf } from '../../../support/each-domain.ts'
import type { Order } from '../order.ts'
import type { Reply as Outcome, World } from '../world.ts'

/** Whose commands they are. */
export type Sender = { order: Order; replied(reply: Reply): void }

type Sent = Omit<Command, 'orderId' | 'definition' | 'input'>

export class Transport {
  readonly #world: World
  readonly #busy: () => void
  readonly #senders = new Map<OrderId, Sender>()
  readonly clock: Clock
  readonly send: SendCommands

  /** `busy`: something that waits for a promise goes on. */
  constructor(world: World, busy: () => void) {
    this.#world = world
    this.#busy = busy
    const of = (domain: Domain): CommandCalls => ({ execute: (it) => this.#call(domain, it) })
    this.clock = { nowMs: world.nowMs, after: this.#after }
    this.send = commandCalls(servicesOf(of), this.#queue, this.clock)
  }

  join(orderId: OrderId, sender: Sender): void {
    this.#senders.set(orderId, sender)
  }

  /** Its order sends nothing any more. */
  leave(orderId: OrderId): void {
    this.#senders.delete(orderId)
  }

  #senderOf(orderId: OrderId): Sender {
    const sender = this.#senders.get(orderId)
    if (!sender) throw new Error(`${orderId} has left`)
    return sender
  }

  readonly #call = (domain: Domain, command: Command): Promise<Reply> => {
    const { order } = this.#senderOf(command.orderId)
    return new Promise((resolve) => {
      this.#world.ask(domain, order, command, 'call', (outcome) => {
        this.#busy()
        resolve(replyTo(command.orderId, command, outcome))
      })
    })
  }

  readonly #queue: QueueCommands = async (orderId, commands) => {
    const sender = this.#senderOf(orderId)
    for (const command of commands) {
      if (!isDomain(command.domain)) throw new RangeError(command.domain)
      this.#world.ask(command.domain, sender.order, command, 'queue', (outcome) => {
        this.#busy()
        sender.replied(replyTo(orderId, command, outcome))
      })
    }
  }

  readonly #after: After = (durationMs, callback) => {
    const { schedule } = this.#world
    const planned = schedule.after(durationMs, () => {
      this.#busy()
      callback()
    })
    return () => schedule.cancel(planned)
  }
}

function replyTo(orderId: OrderId, command: Sent, outcome: Outcome): Reply {
  const { sagaId, step, direction, attempt } = command
  const code = outcome === 'rejected' ? { code: 'card-declined' } : {}
  return { v: MESSAGE_VERSION, orderId, sagaId, step, direction, attempt, outcome, ...code }
}
