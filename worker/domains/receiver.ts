/**
 * How commands reach a domain, the same for all: by queue, or by a call of the order's object that
 * waits for the reply. Reads them, hands them over, and writes one log line per batch. What a
 * command does is the handler's affair.
 */
import type { Command, Direction, Reply } from '../../durable-objects/core/messages.ts'
import { logInfo } from '../../durable-objects/log.ts'
import { SharedBatches } from './calls.ts'
import { commandFields } from './command-fields.ts'
import { type Delivery, deliveryOf } from './delivery.ts'
import { injectFaults } from './faults.ts'
import { type Steps, takeIn } from './intake.ts'
import type { Orders, Result } from './replies.ts'
import type { Runtime } from './runtime.ts'
import type { Lifetime } from './turns.ts'

export type DomainEnv = { DB: D1Database; ORDERS: Orders }

export type Handler<Step, Env> = {
  domain: string
  steps: Steps<Step>
  /**
   * The step, refusing every action, or every compensation, with `code`: for fault injection. A
   * retriable step as it is, because nothing may refuse what follows the pivot.
   */
  refusing: (step: Step, code: string, direction: Direction) => Step
  /** Answers or retries every delivery that it is given. */
  handle(deliveries: Delivery<Step>[], env: Env): Promise<void>
  /** How many batches of calls may run at a time: one, unless most of the time is not the database's. */
  batchesMax?: number
}

export type Receiver<Env> = {
  queue: (batch: MessageBatch, env: Env) => Promise<void>
  /** The reply; null when there is none: then the command is to be sent by queue. */
  execute: (command: Command, env: Env, lifetime: Lifetime) => Promise<Reply | null>
}

export function receiver<Step, Env extends DomainEnv>(
  handler: Handler<Step, Env>,
  runtime: Runtime,
): Receiver<Env> {
  const carryOut = async (received: Delivery<Step>[], env: Env): Promise<void> => {
    const said: object[] = []
    let deliveries = received.map((delivery) => heard(delivery, said))
    if (process.env.NODE_ENV !== 'production') {
      deliveries = await injectFaults(deliveries, env.DB, handler.refusing, runtime)
    }
    if (deliveries.length > 0) await handler.handle(deliveries, env)
    if (said.length > 0) logInfo('commands-handled', { domain: handler.domain, commands: said })
  }
  const { steps, batchesMax = 1 } = handler
  const calls = new SharedBatches({ steps, carryOut, runtime, batchesMax })
  return {
    queue: (batch, env) => {
      const deliveries = batch.messages.flatMap((message) => {
        const accepted = takeIn(message, steps)
        return accepted ? [deliveryOf(accepted, message, env.ORDERS)] : []
      })
      return carryOut(deliveries, env)
    },
    execute: (command, env, lifetime) => calls.execute(command, env, lifetime),
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
