/**
 * Delivers what the queue says is due. The rows are the truth: a message may come twice, late or
 * never.
 *
 * V1. An attempt is claimed before anything is sent, by its number: a doubled or late message claims
 *     nothing. Whoever dies with a claim is made up for by the sweep, when its lease has ended; so an
 *     endpoint may get an event twice, and never none for that.
 * V2. Each message is acknowledged for itself: an endpoint that does not answer, or a message that
 *     cannot be read, costs the others nothing.
 * V3. An endpoint is gone by the answer of the address that it has: what one answers that it has left
 *     is about that delivery alone.
 */
import { logError, logWarning } from '../../durable-objects/log.ts'
import { type Answer, outcomeOf, post } from './deliver.ts'
import { type Claim, type DeliveryMessage, deliveryMessageSchema } from './message.ts'
import { claimDeliveries, endDelivery } from './store.ts'

type Bindings = { SAGA_LOG_DB: D1Database }
/** How endpoints are reached, and by how much a delay is longer: from 0 to below 1. */
export type Outlet = {
  post: (claim: Claim, nowMs: number) => Promise<Answer>
  random: () => number
}
type Received = { message: Message; body: DeliveryMessage }

const RETRY_AFTER_S = 5

export async function consumeDeliveries(
  batch: MessageBatch,
  env: Bindings,
  outlet: Outlet = { post, random: Math.random },
): Promise<void> {
  const received = batch.messages.flatMap(readable)
  const claims = await claimsOf(received, env)
  if (!claims) return
  await Promise.all(
    received.map(async ({ message, body }) => {
      const index = claims.findIndex((claim) => isOf(claim, body))
      // Taken out, so that of two messages in one batch only the first delivers it.
      const [claim] = index === -1 ? [] : claims.splice(index, 1)
      if (claim) await deliver(claim, env, outlet)
      message.ack()
    }),
  )
}

/** What cannot be read now is dropped: the sweep sends the row's next message anyway. */
function readable(message: Message): Received[] {
  const parsed = deliveryMessageSchema.safeParse(message.body)
  if (parsed.success) return [{ message, body: parsed.data }]
  logError('delivery-unreadable', { messageId: message.id })
  message.ack()
  return []
}

async function claimsOf(received: Received[], env: Bindings): Promise<Claim[] | null> {
  const bodies = received.map(({ body }) => body)
  try {
    return await claimDeliveries(env.SAGA_LOG_DB, bodies, Date.now())
  } catch (error) {
    logError('deliveries-not-claimed', { messages: received.length }, error)
    for (const { message } of received) message.retry({ delaySeconds: RETRY_AFTER_S })
    return null
  }
}

const isOf = ({ endpoint, eventId }: Claim, body: DeliveryMessage): boolean =>
  endpoint.id === body.endpointId && eventId === body.eventId

/** Never rejects. If the outcome cannot be written, the lease ends and it is delivered again. */
async function deliver(claim: Claim, env: Bindings, outlet: Outlet): Promise<void> {
  const { endpoint, eventId, attempt } = claim
  const answer = await outlet.post(claim, Date.now())
  const outcome = outcomeOf(answer, attempt, Date.now(), outlet.random())
  const fields = { endpointId: endpoint.id, eventId, attempt, error: outcome.error }
  if (outcome.kind === 'dead') logWarning('webhook-dead', fields)
  if (outcome.kind === 'gone') logWarning('webhook-gone', fields)
  try {
    await endDelivery(env.SAGA_LOG_DB, claim, outcome, Date.now())
  } catch (error) {
    logError('delivery-not-written', { ...fields, outcome: outcome.kind }, error)
  }
}
