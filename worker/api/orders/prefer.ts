/** `Prefer: wait=N` (RFC 7240): a client that would rather wait for the outcome than ask again. */
import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { ReadResult } from '../../../durable-objects/order-rpc.ts'
import { ANSWER_TIMEOUT_MS, type OrderObject, ask } from '../ports.ts'
import type { CustomerContext } from '../session/require-session.ts'

const WAIT_S_MAX = 30
const WAIT = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,9})"?(?=$|[,;\s])/i

export const preferHeader = z.object({
  Prefer: z
    .string()
    .optional()
    .openapi({
      description: `\`wait=N\`: answer when the order is confirmed or at rest, after ${WAIT_S_MAX} s at most`,
      example: 'wait=10',
    }),
})

/** In seconds; 0 where none is asked for. What else is preferred is not ours to honour. */
function waitOf(prefer: string | undefined): number {
  const asked = WAIT.exec(prefer ?? '')?.[1]
  return Math.min(Number(asked ?? 0), WAIT_S_MAX)
}

/** The order once it has an outcome, or the client has waited enough. null: it would not wait. */
export async function waitedFor(
  c: Context<CustomerContext>,
  object: OrderObject,
): Promise<ReadResult | null> {
  const waitS = waitOf(c.req.header('Prefer'))
  if (waitS === 0) return null
  c.header('Preference-Applied', `wait=${waitS}`)
  const waitMs = waitS * 1_000
  const read = () => object.readOutcome(c.get('customer'), waitMs)
  return ask('orders', read, waitMs + ANSWER_TIMEOUT_MS)
}
