/** Spans as OTLP/JSON, written by OpenTelemetry's own serializer. */
import { type HrTime, SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { JsonTraceSerializer } from '@opentelemetry/otlp-transformer'
import type { TraceTarget } from './settings.ts'
import type { SpanDraft } from './span.ts'
import type { SpanIds } from './span-ids.ts'

/** The version is that of what spans say: docs/traces.md. */
const SCOPE = { name: 'edge-saga/saga-log', version: '1' }

/** A saga goes on after its request was answered; a step asks its domain, and waits. */
const KINDS = {
  saga: SpanKind.CONSUMER,
  step: SpanKind.CLIENT,
  mark: SpanKind.INTERNAL,
} as const

export type IdentifiedSpan = SpanDraft & SpanIds
type ReadableSpan = Parameters<typeof JsonTraceSerializer.serializeRequest>[0][number]

/** Throws if the serializer has nothing to say, which would be a defect of its. */
export function otlpRequest(
  spans: readonly IdentifiedSpan[],
  resource: TraceTarget['resource'],
): Uint8Array<ArrayBuffer> {
  const bytes = JsonTraceSerializer.serializeRequest(
    spans.map((span) => readableOf(span, resource)),
  )
  if (!bytes) throw new Error('the serializer gave nothing')
  return new Uint8Array(bytes)
}

function readableOf(span: IdentifiedSpan, resource: TraceTarget['resource']): ReadableSpan {
  const { traceId, spanId, parentSpanId, kind, startMs, endMs, error } = span
  const traceFlags = TraceFlags.SAMPLED
  return {
    name: span.name,
    kind: KINDS[kind],
    spanContext: () => ({ traceId, spanId, traceFlags }),
    ...(parentSpanId === null
      ? {}
      : {
          parentSpanContext: {
            traceId,
            spanId: parentSpanId,
            traceFlags,
            isRemote: kind === 'saga',
          },
        }),
    startTime: timeOf(startMs),
    endTime: timeOf(endMs),
    duration: timeOf(endMs - startMs),
    ended: true,
    status:
      error === null
        ? { code: SpanStatusCode.UNSET }
        : { code: SpanStatusCode.ERROR, message: error },
    attributes: span.attributes,
    events: span.events.map(({ name, atMs, attributes }) => ({
      name,
      time: timeOf(atMs),
      attributes,
    })),
    links: [],
    resource,
    instrumentationScope: SCOPE,
    droppedAttributesCount: 0,
    droppedEventsCount: span.eventsDropped,
    droppedLinksCount: 0,
  }
}

/** Seconds, and nanoseconds. */
const timeOf = (atMs: number): HrTime => [Math.floor(atMs / 1_000), (atMs % 1_000) * 1_000_000]
