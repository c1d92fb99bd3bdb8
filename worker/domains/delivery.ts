/**
 * One command of one queue message, on its way through a domain.
 *
 * D1. Each message is acknowledged or retried on its own, after its own reply.
 * D2. A reply that does not arrive retries the message: the barrier makes that safe, and the saga
 *     is told in the end.
 */
import type { Command } from '../../durable-objects/core/messages.ts'
import { logError } from '../../durable-objects/log.ts'
import { commandFields } from './command-fields.ts'
import { type Orders, type Result, replyTo } from './replies.ts'

export type Delivery<Step> = {
  readonly command: Command
  readonly step: Step
  /** How often the queue has delivered this message, this time included. */
  readonly deliveries: number
  /** When it was sent, by the queue's clock. Redelivery does not change it. */
  readonly sentAtMs: number
  /** Sends a reply to the order's object. Rejects when it does not arrive. */
  tell(result: Result): Promise<void>
  ack(): void
  /** The message comes again, no sooner than after `delayS` seconds. */
  retry(delayS: number): void
}

const RETRY_DELAY_S_MAX = 30

export function deliveryOf<Step>(
  { command, step }: { command: Command; step: Step },
  message: Message,
  orders: Orders,
): Delivery<Step> {
  return {
    command,
    step,
    deliveries: message.attempts,
    sentAtMs: message.timestamp.getTime(),
    tell: (result) => orders.getByName(command.orderId).reply(replyTo(command, result)),
    ack: () => message.ack(),
    retry: (delayS) => message.retry({ delaySeconds: delayS }),
  }
}

/** Tells the saga, then is done with the message (D1, D2). */
export async function answer<Step>(delivery: Delivery<Step>, result: Result): Promise<void> {
  try {
    await delivery.tell(result)
  } catch (error) {
    fail(delivery, 'reply-failed', error)
    return
  }
  delivery.ack()
}

/** Puts this message alone back, a little later each time. */
export function fail<Step>(delivery: Delivery<Step>, event: string, error: unknown): void {
  logError(event, commandFields(delivery.command), error)
  delivery.retry(Math.min(delivery.deliveries - 1, RETRY_DELAY_S_MAX))
}
