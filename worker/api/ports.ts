/**
 * What the API needs of the world, and nothing else. The Worker's own `Env` fits it; a test
 * hands in doubles.
 */
import type { CommandQueues } from '../../durable-objects/bindings.ts'
import type { BreakerRpc } from '../../durable-objects/breaker-rpc.ts'
import { answerWithin } from '../../durable-objects/clock.ts'
import type { Rollouts } from '../../durable-objects/rollout-rpc.ts'
import type { OrderRpc } from '../../durable-objects/order-rpc.ts'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import type { Env } from '../env.ts'
import type { DomainBindings } from '../domains/reads.ts'
import { ProblemError } from './problem-error.ts'

/** Where an order's object is reached; `fetch` is its socket. */
export type OrderObject = OrderRpc & { fetch(request: Request): Promise<Response> }

export type ApiBindings = DomainBindings &
  CommandQueues &
  Pick<
    Env,
    | 'SAGA_LOG_DB'
    | 'CATALOG_DB'
    | 'SAGA_LOG'
    | 'WEBHOOKS'
    | 'TRACES'
    | 'OTEL_EXPORTER_OTLP_ENDPOINT'
    | 'OTEL_EXPORTER_OTLP_HEADERS'
    | 'OTEL_RESOURCE_ATTRIBUTES'
    | 'SAGA_DEADLINE_MS'
    | 'SAGA_LOG_RETENTION_DAYS'
    | 'SESSION_SECRET'
    | 'OPERATOR_TOKEN'
    | 'ADDRESS_RATE_LIMIT'
    | 'SESSION_RATE_LIMIT'
  > & {
    ORDERS: { getByName(orderId: OrderId): OrderObject }
    BREAKERS: { getByName(domain: string): BreakerRpc }
    ROLLOUTS: Rollouts
    STATUS: { getByName(name: string): { fetch(request: Request): Promise<Response> } }
  }

export type ApiContext = {
  Bindings: ApiBindings
  /** Set for every request, in request-context.ts. */
  Variables: { requestId: string; traceparent: string }
}

export const ANSWER_TIMEOUT_MS = 5_000

/**
 * Asks another service. Whatever goes wrong there is one problem here, after which the request
 * may be repeated.
 */
export async function ask<Answer>(
  service: string,
  question: () => Promise<Answer>,
  timeoutMs: number = ANSWER_TIMEOUT_MS,
): Promise<Answer> {
  try {
    return await answerWithin(timeoutMs, question)
  } catch (cause) {
    const detail = `The ${service} service does not answer.`
    throw new ProblemError('service-unavailable', { detail, cause })
  }
}
