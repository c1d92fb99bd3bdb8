/** What an order's process needs of the world. The object hands in the platform's parts. */
import type { ServerMessage, ShipTo } from '../worker/api/contract.ts'
import type { Clock } from './clock.ts'
import type { OrderId } from './core/ids.ts'
import type { OutgoingCommand } from './core/inputs.ts'
import type { Reply } from './core/messages.ts'
import type { Outcome } from './core/outcomes.ts'
import type { OrderState, OrderTransition } from './order/state.ts'

/** `answered` gets the replies of those that are called; those of the others come by themselves. */
export type SendCommands = (
  orderId: OrderId,
  commands: readonly OutgoingCommand[],
  answered: (replies: readonly Reply[]) => void,
) => Promise<void>

export type QueueCommands = (
  orderId: OrderId,
  commands: readonly Omit<OutgoingCommand, 'by'>[],
) => Promise<void>

export interface Ports extends Clock {
  /** Synchronous: what is written without an await in between commits together. */
  journal: {
    fold(): OrderState | null
    after(seq: number): OrderTransition[]
    append(transition: OrderTransition): void
    shipTo(): ShipTo | null
    writeShipTo(shipTo: ShipTo): void
  }
  sendCommands: SendCommands
  sagaLog: {
    ship(order: OrderState, nowMs: number): Promise<boolean>
    isAtRest(order: OrderState): Promise<boolean>
  }
  breakers: {
    /** For how long a domain should not be asked; 0: it may be. Once for each command. */
    openForMs(domain: string, attempt: number): number
    /** How long to wait for its reply, of a step that says `timeoutMs`. */
    replyWaitMs(domain: string, timeoutMs: number): number
    /** What was met while waiting for it. */
    report(outcome: Outcome): void
  }
  /** The object's only alarm; setting it replaces the one before. Commits with the journal. */
  setAlarm(atMs: number): void
  publish(update: () => ServerMessage): void
  /** Goes on with work whose end nobody waits for; its failure is logged. */
  inBackground(work: Promise<unknown>): void
  /** In [0, 1). */
  jitter(): number
}
