/** Endpoints and deliveries as operators see them: without a secret. */
import type { Delivery, Endpoint } from '../../../webhooks/schema.ts'
import type { DeliveryView, EndpointView } from './contract.ts'

export function endpointView(endpoint: Endpoint, nowMs: number): EndpointView {
  const { id, url, events, status, changedBy: by, changeReason: reason } = endpoint
  const untilMs = Math.max(...endpoint.previousSecrets.map((previous) => previous.untilMs))
  return {
    id,
    url,
    events,
    status,
    createdAt: isoTime(endpoint.createdAtMs),
    previousSecretUntil: untilMs > nowMs ? isoTime(untilMs) : null,
    changed: { at: isoTime(endpoint.changedAtMs), by, reason },
  }
}

export function deliveryView(delivery: Delivery): DeliveryView {
  const { eventId, type, orderId, status, attempt: attempts, lastStatus, lastError } = delivery
  const { deliveredAtMs, replayedAtMs, replayedBy, replayReason } = delivery
  const payload: unknown = JSON.parse(delivery.payload)
  return {
    eventId,
    type,
    orderId,
    payload,
    at: isoTime(delivery.createdAtMs),
    status,
    attempts,
    nextAt: status === 'pending' ? isoTime(delivery.nextAtMs) : null,
    lastStatus,
    lastError,
    deliveredAt: deliveredAtMs === null ? null : isoTime(deliveredAtMs),
    replayed:
      replayedAtMs === null
        ? null
        : { at: isoTime(replayedAtMs), by: replayedBy ?? '', reason: replayReason ?? '' },
  }
}

const isoTime = (atMs: number): string => new Date(atMs).toISOString()
