/** Whether transitions from D1's log can be a journal again. Pure. */
import * as z from 'zod'
import { type Transition, transitionSchema } from '../core/events.ts'
import { type OrderId, orderIdOf, sagaIdOf } from '../core/ids.ts'
import { type JournalEvent, type OrderState, type OrderTransition, evolveOrder } from './state.ts'

// Like a row of the journal itself: this code, or an older version of it, wrote what is inside.
const typedSchema = z.looseObject({ type: z.string() })
const eventSchema = z.custom<JournalEvent>((it) => typedSchema.safeParse(it).success)
const transitionsSchema = z.array(transitionSchema.extend({ events: z.array(eventSchema) }))

/** The transitions, if they are the beginning of the journal of `orderId`: gapless, from 1 (J2). */
export function beginningOf(
  orderId: OrderId,
  transitions: readonly Transition[],
): OrderTransition[] | null {
  const parsed = transitionsSchema.safeParse(transitions)
  if (!parsed.success) return null
  const isGapless = parsed.data.every(({ seq }, index) => seq === index + 1)
  const isOfOrder = parsed.data.every(({ sagaId }) => orderIdOf(sagaId) === orderId)
  if (!isGapless || !isOfOrder) return null
  // All of them: what cannot be folded is found before any of it is stored.
  const order = parsed.data.reduce<OrderState | null>(
    (state, transition) => evolveOrder(state, orderId, transition),
    null,
  )
  return order?.sagas.has(sagaIdOf(orderId)) ? parsed.data : null
}
