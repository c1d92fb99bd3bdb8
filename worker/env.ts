/** What wrangler.toml binds to the main Worker. */
import type { DomainCalls, OrderSagaBindings } from '../durable-objects/bindings.ts'
import type { DomainBreaker, DomainBreakerBindings } from '../durable-objects/breaker.ts'
import type { OrderSaga } from '../durable-objects/order-saga.ts'
import type { SagaRollout, SagaRolloutBindings } from '../durable-objects/saga-rollout.ts'
import type { StatusBoard } from '../durable-objects/status-board.ts'
import type { DomainBindings } from './domains/reads.ts'
import type { RetentionVars } from './saga-log/retention.ts'
import type { TraceMessage } from './traces/message.ts'
import type { TraceVars } from './traces/settings.ts'
import type { DeliveryMessage } from './webhooks/message.ts'

type Domains = DomainBindings & DomainCalls

/** The queues, the saga log and the deadline are the object's as well. */
export interface Env
  extends
    Omit<OrderSagaBindings, keyof Domains>,
    Domains,
    DomainBreakerBindings,
    SagaRolloutBindings,
    RetentionVars,
    TraceVars {
  ORDERS: DurableObjectNamespace<OrderSaga>
  BREAKERS: DurableObjectNamespace<DomainBreaker>
  ROLLOUTS: DurableObjectNamespace<SagaRollout>
  STATUS: DurableObjectNamespace<StatusBoard>
  CATALOG_DB: D1Database
  WEBHOOKS: Queue<DeliveryMessage>
  TRACES: Queue<TraceMessage>
  ADDRESS_RATE_LIMIT: RateLimit
  SESSION_RATE_LIMIT: RateLimit

  /** Signs sessions. Without it no session can be opened. */
  SESSION_SECRET?: string
  /** The bearer token of operators. Without it their routes are closed. */
  OPERATOR_TOKEN?: string
}
