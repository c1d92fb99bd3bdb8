/** Sends what is due to the queue: retries, and whatever was lost on its way. */
import { logWarning } from '../../durable-objects/log.ts'
import { type DeliveryMessage, sendDeliveries } from './message.ts'
import { takeDue } from './store.ts'

export type DueBindings = { SAGA_LOG_DB: D1Database; WEBHOOKS: Queue<DeliveryMessage> }

/** How many were sent. What the queue refuses is due again when its lease has ended. */
export async function sendDue(env: DueBindings, nowMs: number): Promise<{ sent: number }> {
  const due = await takeDue(env.SAGA_LOG_DB, nowMs)
  try {
    await sendDeliveries(env.WEBHOOKS, due)
    return { sent: due.length }
  } catch (error) {
    logWarning('deliveries-not-sent', { deliveries: due.length }, error)
    return { sent: 0 }
  }
}
