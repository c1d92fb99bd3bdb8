/** Sends what is due to the queue: retries, and whatever was lost on its way. */
import { logWarning } from '../../durable-objects/log.ts'
import { type DeliveryMessage, type DueRow, sendDeliveries } from './message.ts'
import { takeDue } from './store.ts'

export type DueBindings = { SAGA_LOG_DB: D1Database; WEBHOOKS: Queue<DeliveryMessage> }

/**
 * How many were sent. Never rejects: what cannot be taken in hand is due at the next sweep, what the queue refuses
 * when its lease has ended. A database that is full is to be made room in by what the sweep does after this.
 */
export async function sendDue(env: DueBindings, nowMs: number): Promise<{ sent: number }> {
  let due: DueRow[] = []
  try {
    due = await takeDue(env.SAGA_LOG_DB, nowMs)
    await sendDeliveries(env.WEBHOOKS, due)
    return { sent: due.length }
  } catch (error) {
    logWarning('deliveries-not-sent', { deliveries: due.length }, error)
    return { sent: 0 }
  }
}
