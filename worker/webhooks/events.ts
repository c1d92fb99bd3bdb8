/**
 * What endpoints are told of orders, from what an order's object tells the saga log. Pure.
 *
 * W1. An event's id is made of its type and its order, so that each message of the log that tells
 *     of it tells of the same event.
 * W2. An event is about what no longer changes: a confirmed order is past its pivot, a failed or
 *     cancelled one has given everything back. It has no address and nothing of the card.
 */
import type { OrderId, SagaId } from '../../durable-objects/core/ids.ts'
import type { SagaLogMessage } from '../../durable-objects/saga-log/message.ts'

export const EVENT_TYPES = [
  'order.confirmed',
  'order.failed',
  'order.cancelled',
  'order.returned',
] as const
export type EventType = (typeof EVENT_TYPES)[number]

/** Sent when an operator asks for it, to one endpoint. */
export const TEST_TYPE = 'webhook.test'

export type OrderEvent = {
  id: string
  type: EventType
  orderId: OrderId
  sagaId: SagaId
  /** Of the journal that tells of it. */
  epoch: number
  /** An endpoint hears of sagas that began after it was registered. */
  sagaStartedAtMs: number
  /** JSON. */
  payload: string
}

type Saga = SagaLogMessage['sagas'][number]

export function eventsOf(message: SagaLogMessage): OrderEvent[] {
  return message.sagas.flatMap((saga) => {
    const type = typeOf(saga, message)
    return type === null ? [] : [eventOf(type, saga, message)]
  })
}

/** Of a returned order its first saga still tells that it was confirmed. */
function typeOf(saga: Saga, { orderStatus, settled }: SagaLogMessage): EventType | null {
  if (saga.definition.name === 'order-return') {
    return saga.status === 'completed' ? 'order.returned' : null
  }
  if (saga.definition.name !== 'order-create') return null
  if (orderStatus === 'confirmed' || orderStatus === 'returned') return 'order.confirmed'
  if (orderStatus === 'failed' && settled) return 'order.failed'
  return orderStatus === 'cancelled' && settled ? 'order.cancelled' : null
}

function eventOf(type: EventType, saga: Saga, message: SagaLogMessage): OrderEvent {
  const { orderId, epoch, customer, summary, updatedAtMs } = message
  const status = type.replace('order.', '')
  const data = {
    orderId,
    status,
    total: summary.total,
    units: summary.units,
    customer,
    startedAt: isoTime(saga.startedAtMs),
    ...(saga.failureCode === null ? {} : { failureCode: saga.failureCode }),
  }
  return {
    id: `${status}_${orderId}`,
    type,
    orderId,
    sagaId: saga.sagaId,
    epoch,
    sagaStartedAtMs: saga.startedAtMs,
    payload: JSON.stringify({ type, timestamp: isoTime(updatedAtMs), data }),
  }
}

export const testPayload = (endpointId: string, nowMs: number): string =>
  JSON.stringify({ type: TEST_TYPE, timestamp: isoTime(nowMs), data: { endpointId } })

const isoTime = (atMs: number): string => new Date(atMs).toISOString()
