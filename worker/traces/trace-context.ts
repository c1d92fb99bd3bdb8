/** What a journal's `traceparent` says (W3C trace context). Pure. */
import { ownSpanId } from './traceparent.ts'

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})/
const SAMPLED = 1

/** `parentSpanId`: null where the trace began with the order. */
export type TraceContext = { traceId: string; parentSpanId: string | null; flags: number }

/** Null: it says nothing, and the saga has a trace of its own. */
export function traceContextOf(traceparent: string): TraceContext | null {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(traceparent) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return null
  const parentSpanId = spanId === ownSpanId(traceId) ? null : spanId
  return { traceId, parentSpanId, flags: Number.parseInt(flags, 16) }
}

/** The caller has decided that this trace is not recorded; then it is not recorded here either. */
export function unsampled(traceparent: string): boolean {
  const context = traceContextOf(traceparent)
  return context !== null && (context.flags & SAMPLED) === 0
}
