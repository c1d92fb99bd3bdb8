/** What the payments take, under which keys, and for how long a call is waited for. */
import * as z from 'zod'
import type { OrderId, SagaId } from '../../../durable-objects/core/ids.ts'
import { isOrderId, sagaIdOf } from '../../../durable-objects/core/ids.ts'
import { customerSchema, moneySchema } from '../inputs.ts'
import type { StepInputs } from '../steps.ts'

/** How long one call to the provider may take, in milliseconds. */
export const CALL_MS = 1_000
/** For so long nobody calls again under a claim that may be calling: the call and its margin. */
export const CALLING_MS = 2_000
/**
 * How long after its saga's deadline a charge may still be carried out, in milliseconds. Wide
 * enough for a queue under load and for clocks that differ; far from charging a card hours later.
 */
export const CHARGE_LATE_MS_MAX = 60_000
/** How long a message whose call is open stays away. */
export const OPEN_RETRY_DELAY_S = 1

export const chargeSchema = z.object({
  customer: customerSchema,
  amount: moneySchema,
  token: z.string().min(1).max(64),
}) satisfies z.ZodType<StepInputs['charge-card']>

export const refundSchema = z.object({
  customer: customerSchema,
  amount: moneySchema,
}) satisfies z.ZodType<StepInputs['refund-card']>

/** The provider's idempotency key of a step. Without the attempt, so that a repeat meets it. */
export const idempotencyKey = (sagaId: SagaId, step: string): string => `${sagaId}/${step}`

export const CHARGE_STEP = 'charge-card'

/** The key of an order's only charge, which is made by its first saga. */
export const chargeKeyOf = (orderId: OrderId): string =>
  idempotencyKey(sagaIdOf(orderId), CHARGE_STEP)

/** The order whose charge has this key; null: it is none of ours. */
export function orderIdOfCharge(key: string): OrderId | null {
  const [orderId = ''] = key.split('/', 1)
  return isOrderId(orderId) && chargeKeyOf(orderId) === key ? orderId : null
}
