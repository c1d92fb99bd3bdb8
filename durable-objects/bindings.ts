/** What an order's object needs of its Worker's bindings. */
import type { Domain } from '../worker/domains/reads.ts'
import type { Breakers } from './breaker-rpc.ts'
import type { Command, CommandCalls } from './core/messages.ts'
import type { SagaLogMessage } from './saga-log/message.ts'

export type DomainCalls = Record<Uppercase<Domain>, CommandCalls>
export type CommandQueues = Record<`${Uppercase<Domain>}_COMMANDS`, Queue<Command>>

export interface OrderSagaBindings extends DomainCalls, CommandQueues {
  BREAKERS: Breakers
  SAGA_LOG: Queue<SagaLogMessage>
  SAGA_LOG_DB: D1Database
  /** Forward phase and compensation together, in milliseconds. */
  SAGA_DEADLINE_MS: string
}
