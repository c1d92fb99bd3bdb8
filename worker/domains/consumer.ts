/**
 * The queue consumer that all domains share: reads the messages, hands the commands over, and
 * writes one log line per batch. What a command does is the handler's affair.
 */
import { type Delivery, deliveryOf } from './delivery.ts'
import { injectFaults } from './faults.ts'
import { type Steps, takeIn } from './intake.ts'
import { commandFields, logInfo } from './log.ts'
import type { Orders, Result } from './replies.ts'
import type { Runtime } from './runtime.ts'

export type DomainEnv = { DB: D1Database; ORDERS: Orders }

export type Handler<Step, Env> = {
  domain: string
  steps: Steps<Step>
  /**
   * The step, refusing every action with `code`: for fault injection. A retriable step as it is,
   * because nothing may refuse what follows the pivot.
   */
  refusing: (step: Step, code: string) => Step
  /** Answers or retries every delivery that it is given. */
  handle(deliveries: Delivery<Step>[], env: Env): Promise<void>
}

export type Consumer<Env> = (batch: MessageBatch, env: Env) => Promise<void>

export function consumer<Step, Env extends DomainEnv>(
  handler: Handler<Step, Env>,
  runtime: Runtime,
): Consumer<Env> {
  return async (batch, env) => {
    const said: object[] = []
    let deliveries = batch.messages.flatMap((message) => {
      const accepted = takeIn(message, handler.steps)
      return accepted ? [heard(deliveryOf(accepted, message, env.ORDERS), said)] : []
    })
    if (process.env.NODE_ENV !== 'production') {
      deliveries = await injectFaults(deliveries, env.DB, handler.refusing, runtime)
    }
    if (deliveries.length > 0) await handler.handle(deliveries, env)
    if (said.length > 0) logInfo('commands-handled', { domain: handler.domain, commands: said })
  }
}

/** The same delivery, with what it tells the saga noted for the log. */
function heard<Step>(delivery: Delivery<Step>, said: object[]): Delivery<Step> {
  return {
    ...delivery,
    tell: async (result: Result) => {
      await delivery.tell(result)
      said.push({ ...commandFields(delivery.command), ...summary(result) })
    },
  }
}

const summary = (result: Result): object =>
  'code' in result ? { outcome: result.outcome, code: result.code } : { outcome: result.outcome }
