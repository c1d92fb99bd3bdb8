/** A span before it has an id, and what it is called in OpenTelemetry. Pure. */
import type { Direction } from '../../durable-objects/core/messages.ts'

export type SpanAttributes = Record<string, string | number>

export type SpanEvent = { name: string; atMs: number; attributes: SpanAttributes }

/**
 * `key`: what it is, for ever, and what its id is made of. `parentKey`: null where the parent is the span of
 * whoever placed the order. `mark`: a moment, shown at once.
 */
export type SpanDraft = {
  kind: 'saga' | 'step' | 'mark'
  key: string
  parentKey: string | null
  sagaId: string
  traceparent: string
  name: string
  startMs: number
  endMs: number
  attributes: SpanAttributes
  events: readonly SpanEvent[]
  /** Events that there was no room for. */
  eventsDropped: number
  /** Why it went wrong; null where it did not. */
  error: string | null
}

/** The first ones stay: they say how it came about. */
export const EVENTS_PER_SPAN_MAX = 64

export const STEP_TYPE = { action: 'execute', compensation: 'compensate' } as const

/** As the views over D1's log name them. */
export const stepIdOf = (sagaId: string, step: string, direction: Direction): string =>
  `${sagaId}/${step}/${direction}`

export const stepSpanName = (step: string, direction: Direction): string =>
  direction === 'action' ? step : `compensate ${step}`

/** Appends, as long as there is room. */
export class SpanEvents {
  readonly list: SpanEvent[] = []
  dropped = 0

  add(name: string, atMs: number, attributes: SpanAttributes = {}): void {
    if (this.list.length < EVENTS_PER_SPAN_MAX) this.list.push({ name, atMs, attributes })
    else this.dropped += 1
  }
}
