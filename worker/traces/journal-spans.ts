/**
 * The spans of an order, from its journal. Pure.
 *
 * T1. The same journal gives the same spans, whoever asks and how often: what a span says is what was known when
 *     it ended, and its key is made of its saga, step and direction.
 * T2. Those that ended in the transitions asked for, each once, and no others: so messages that share no transition
 *     share no span.
 * T3. It is total, like the fold (F1 of core/evolve.ts): an event of a type that it does not know is a span's event.
 */
import { unsampled } from './trace-context.ts'
import type { OrderId, SagaId } from '../../durable-objects/core/ids.ts'
import type { SagaEvent } from '../../durable-objects/core/events.ts'
import {
  type JournalEvent,
  type OrderState,
  type OrderTransition,
  evolveOrder,
} from '../../durable-objects/order/state.ts'
import { SagaTrace } from './saga-trace.ts'
import type { SpanDraft } from './span.ts'

type Range = { from: number; to: number }

/** `transitions`: from the first one on, without a gap. */
export function spansOf(
  orderId: OrderId,
  transitions: readonly OrderTransition[],
  { from, to }: Range,
): SpanDraft[] {
  const traces = new Map<SagaId, SagaTrace>()
  const spans: SpanDraft[] = []
  let order: OrderState | null = null
  for (const transition of transitions) {
    if (transition.seq > to) break
    order = evolveOrder(order, orderId, transition)
    const saga = order?.sagas.get(transition.sagaId)
    if (!saga) continue
    const trace = traces.get(saga.sagaId) ?? new SagaTrace()
    traces.set(saga.sagaId, trace)
    const ended = trace.add(transition.events.filter(isOfSaga), saga, transition.atMs)
    if (transition.seq >= from && !unsampled(saga.traceparent)) spans.push(...ended)
  }
  return spans.map((span) => ({
    ...span,
    attributes: { ...span.attributes, 'order.id': orderId },
  }))
}

const isOfSaga = (event: JournalEvent): event is SagaEvent =>
  event.type !== 'order-placed' && event.type !== 'address-changed'
