/**
 * The order as the shopper sees it. Statuses move along a DAG:
 * `pending → confirmed → returned`, `pending → failed`, `pending → cancelled`.
 */
import type { OrderStatus } from '../../worker/api/contract.ts'
import { sagaIdOf } from '../core/ids.ts'
import { type SagaState, isCancellable, isDecided } from '../core/saga-state.ts'
import { type OrderState, isSettled } from './state.ts'

/** The suffix of the saga id of an order's return. */
export const RETURN = 'return'

export function createSagaOf(order: OrderState): SagaState {
  const saga = order.sagas.get(sagaIdOf(order.orderId))
  if (!saga) throw new Error(`order ${order.orderId} has no saga`)
  return saga
}

export const returnSagaOf = (order: OrderState): SagaState | undefined =>
  order.sagas.get(sagaIdOf(order.orderId, RETURN))

export function orderStatus(order: OrderState): OrderStatus {
  const saga = createSagaOf(order)
  if (saga.phase === 'compensating' || saga.phase === 'compensated') {
    return saga.failure?.code === 'cancelled' ? 'cancelled' : 'failed'
  }
  if (returnSagaOf(order)?.phase === 'completed') return 'returned'
  return isDecided(saga) ? 'confirmed' : 'pending'
}

export const isOrderCancellable = (order: OrderState): boolean => isCancellable(createSagaOf(order))

export const isReturnable = (order: OrderState): boolean =>
  createSagaOf(order).phase === 'completed' && returnSagaOf(order) === undefined

/** What was asked for is certain, or nothing moves any more. */
export const hasOutcome = (order: OrderState): boolean =>
  orderStatus(order) === 'confirmed' || isSettled(order)
