/** What can happen to a saga. Any input may come twice, late and in any order. */
import type { Transport } from './definition.ts'
import type { OrderId, SagaId } from './ids.ts'
import type { Command, Direction, Reply } from './messages.ts'
import type { Intervention, Operator, SagaEvent } from './events.ts'

export type SagaInput<Order> =
  | { type: 'place'; orderId: OrderId; sagaId: SagaId; order: Order; traceparent: string }
  | LaterInput

/** To a saga that has begun. */
export type LaterInput =
  | { type: 'reply-received'; reply: Reply }
  /** The queue gave up delivering a command. */
  | { type: 'command-died'; step: string; direction: Direction; attempt: number }
  /** Time has passed: at or after `nextDueAtMs`, earlier ones do nothing. */
  | { type: 'timer' }
  | { type: 'cancel' }
  | ({ type: 'operator' } & Operator & Intervention)

/** Time, chance, and what is known of the domains, handed in. */
export type DecisionContext = {
  nowMs: number
  /** In [0, 1). */
  jitter: number
  /**
   * For how long a domain should not be asked, as its breaker has it; 0: it may be. Called once for
   * each command that would go out, because of some it lets only a few through, and of repeats only
   * so many.
   */
  openForMs(domain: string, attempt: number): number
  /** How long to wait for its reply, of a step that says `timeoutMs`. */
  replyWaitMs(domain: string, timeoutMs: number): number
}

/** A command without what only the shell knows: the order's id. */
export type OutgoingCommand = Omit<Command, 'orderId'> & { domain: string; by: Transport }

export type Decision = { events: SagaEvent[]; commands: OutgoingCommand[] }
