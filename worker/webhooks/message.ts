/** What the queue of deliveries carries: which row is due, never what is sent. */
import * as z from 'zod'
import type { Endpoint } from './schema.ts'

export const deliveryMessageSchema = z.object({
  v: z.literal(1),
  endpointId: z.string(),
  eventId: z.string(),
  /** How often it had been tried: whoever comes with an older number comes too late. */
  attempt: z.int(),
})
export type DeliveryMessage = z.infer<typeof deliveryMessageSchema>

/** What a message leads to, once somebody has it in hand. */
export type Claim = {
  endpoint: Endpoint
  eventId: string
  attempt: number
  /** The last replay before it: attempts are counted anew by each. */
  replayedAtMs: number | null
  payload: string
}

export type DueRow = { endpoint_id: string; event_id: string; attempt: number }

const MESSAGES_PER_SEND_MAX = 100

/** Rejects if the queue refuses; what was not sent by then is found by the sweep. */
export async function sendDeliveries(
  queue: Pick<Queue<DeliveryMessage>, 'sendBatch'>,
  rows: readonly DueRow[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += MESSAGES_PER_SEND_MAX) {
    await queue.sendBatch(
      rows
        .slice(from, from + MESSAGES_PER_SEND_MAX)
        .map(({ endpoint_id: endpointId, event_id: eventId, attempt }) => ({
          body: { v: 1, endpointId, eventId, attempt },
        })),
    )
  }
}
