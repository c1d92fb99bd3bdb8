/** An order's state as the saga log keeps it. */
import { sagaStatus } from '../core/saga-state.ts'
import { type OrderState, type OrderTransition, isSettled } from '../order/state.ts'
import { orderStatus } from '../order/status.ts'
import { SAGA_LOG_MESSAGE_VERSION, type SagaLogMessage } from './message.ts'

export function sagaLogReport(
  order: OrderState,
  transitions: OrderTransition[],
  nowMs: number,
): SagaLogMessage {
  const { agreed } = order
  return {
    v: SAGA_LOG_MESSAGE_VERSION,
    orderId: order.orderId,
    customer: agreed.customer,
    orderStatus: orderStatus(order),
    settled: isSettled(order),
    summary: {
      total: agreed.total,
      units: agreed.lines.reduce((sum, line) => sum + line.quantity, 0),
    },
    epoch: order.epoch,
    version: order.version,
    updatedAtMs: nowMs,
    sagas: [...order.sagas.values()].map((saga) => ({
      sagaId: saga.sagaId,
      definition: saga.definition,
      status: sagaStatus(saga),
      startedAtMs: saga.startedAtMs,
      deadlineAtMs: saga.deadlineAtMs,
      failureCode: saga.failure?.code ?? null,
      traceId: saga.traceparent.split('-')[1] ?? '',
    })),
    transitions,
  }
}
