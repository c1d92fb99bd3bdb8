/** What an order's object needs of its Worker's bindings. */
import type { Breakers } from './breaker-rpc.ts'
import type { Command, CommandCalls } from './core/messages.ts'
import type { SagaLogMessage } from './saga-log/message.ts'

export interface OrderSagaBindings {
  INVENTORY: CommandCalls
  COUPONS: CommandCalls
  POINTS: CommandCalls
  LOGISTICS: CommandCalls
  PAYMENTS: CommandCalls
  INVENTORY_COMMANDS: Queue<Command>
  COUPONS_COMMANDS: Queue<Command>
  POINTS_COMMANDS: Queue<Command>
  LOGISTICS_COMMANDS: Queue<Command>
  PAYMENTS_COMMANDS: Queue<Command>
  BREAKERS: Breakers
  SAGA_LOG: Queue<SagaLogMessage>
  SAGA_LOG_DB: D1Database
  /** Forward phase and compensation together, in milliseconds. */
  SAGA_DEADLINE_MS: string
}
