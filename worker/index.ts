/** The main Worker: API, order objects, saga log, webhooks, traces, dead letters, sweep. Nothing is decided here. */
import { app } from './api/app.ts'
import { consumeDeadLetters } from './dead-letters.ts'
import type { Env } from './env.ts'
import { consumeSagaLog } from './saga-log/consumer.ts'
import { sweep } from './sweep.ts'
import { consumeTraces } from './traces/consumer.ts'
import { consumeDeliveries } from './webhooks/consumer.ts'

export { DomainBreaker } from '../durable-objects/breaker.ts'
export { OrderSaga } from '../durable-objects/order-saga.ts'
export { SagaRollout } from '../durable-objects/saga-rollout.ts'
export { StatusBoard } from '../durable-objects/status-board.ts'

const SAGA_LOG_QUEUE = 'edge-saga-log'
const WEBHOOK_QUEUE = 'edge-saga-webhooks'
const TRACES_QUEUE = 'edge-saga-traces'
const DEAD_LETTER_QUEUE = 'edge-saga-dead-letters'

export default {
  fetch: (request, env, ctx) => app.fetch(request, env, ctx),

  async queue(batch, env) {
    switch (batch.queue) {
      case SAGA_LOG_QUEUE:
        return consumeSagaLog(batch, env)
      case WEBHOOK_QUEUE:
        return consumeDeliveries(batch, env)
      case TRACES_QUEUE:
        return consumeTraces(batch, env)
      case DEAD_LETTER_QUEUE:
        return consumeDeadLetters(batch, env)
      default:
        // Throwing keeps the messages: a queue without a consumer is a mistake in wrangler.toml.
        throw new Error(`nothing consumes ${batch.queue}`)
    }
  },

  async scheduled(_controller, env) {
    await sweep(env, Date.now())
  },
} satisfies ExportedHandler<Env>
