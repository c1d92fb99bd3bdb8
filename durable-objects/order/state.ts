/**
 * An order as its journal tells it: what was agreed, and the sagas that ran for it.
 *
 * O1. State is a fold over transitions and nothing else; what is not in the journal did not
 *     happen.
 * O2. A restoration concerns all sagas of its order, whichever one its transition names.
 */
import type { SagaEvent, Transition } from '../core/events.ts'
import { evolve } from '../core/evolve.ts'
import type { OrderId, SagaId } from '../core/ids.ts'
import { type SagaState, hasEnded } from '../core/saga-state.ts'
import type { PlacedOrder } from '../order-rpc.ts'

export type OrderEvent =
  | { type: 'order-placed'; order: PlacedOrder; bodyHash: string }
  /** The address itself is personal, so it is not here. */
  | { type: 'address-changed' }
export type JournalEvent = SagaEvent | OrderEvent
export type OrderTransition = Transition<JournalEvent>

export type OrderState = {
  orderId: OrderId
  agreed: PlacedOrder
  bodyHash: string
  placedAtMs: number
  /** When the last transition was. */
  changedAtMs: number
  /** Of the last transition. */
  version: number
  /** Raised by each restoration: clients and the saga log then forget what the lost object said. */
  epoch: number
  /** In the order in which they started; the first is the order's own. */
  sagas: ReadonlyMap<SagaId, SagaState>
}

export function evolveOrder(
  order: OrderState | null,
  orderId: OrderId,
  transition: OrderTransition,
): OrderState | null {
  return transition.events.reduce<OrderState | null>(
    (state, event) => evolveByEvent(state, orderId, transition, event),
    order && { ...order, version: transition.seq, changedAtMs: transition.atMs },
  )
}

function evolveByEvent(
  order: OrderState | null,
  orderId: OrderId,
  { seq, sagaId, atMs }: OrderTransition,
  event: JournalEvent,
): OrderState | null {
  if (event.type === 'order-placed') {
    const { order: agreed, bodyHash } = event
    const at = { placedAtMs: atMs, changedAtMs: atMs }
    return { orderId, agreed, bodyHash, ...at, version: seq, epoch: 1, sagas: new Map() }
  }
  if (order === null || event.type === 'address-changed') return order
  const isRestoration = event.type === 'restored'
  const sagas = new Map(order.sagas)
  for (const id of isRestoration ? order.sagas.keys() : [sagaId]) {
    const saga = evolve(order.sagas.get(id) ?? null, id, event, atMs)
    if (saga) sagas.set(id, saga)
  }
  return { ...order, sagas, epoch: isRestoration ? event.epoch : order.epoch }
}

/** This code knows all that the journal holds. Otherwise what it sees of the order may be the past. */
export const isReadable = (order: OrderState): boolean =>
  [...order.sagas.values()].every(({ unreadable }) => unreadable === null)

/** Nothing moves any more. */
export const isSettled = (order: OrderState): boolean => [...order.sagas.values()].every(hasEnded)
