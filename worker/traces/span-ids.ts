/**
 * Ids of spans, made of what they are: a repeat is the same span, and a step's span knows its parent's id
 * before that is sent.
 */
import type { SpanDraft } from './span.ts'
import { traceContextOf } from './trace-context.ts'

const TRACE_ID_BYTES = 16
const SPAN_ID_BYTES = 8

export type SpanIds = { traceId: string; spanId: string; parentSpanId: string | null }

export async function idsOf({ key, parentKey, sagaId, traceparent }: SpanDraft): Promise<SpanIds> {
  const context = traceContextOf(traceparent)
  const ofCaller = context?.parentSpanId ?? null
  return {
    traceId: context?.traceId ?? (await hashOf(`trace of ${sagaId}`, TRACE_ID_BYTES)),
    spanId: await hashOf(key, SPAN_ID_BYTES),
    parentSpanId: parentKey === null ? ofCaller : await hashOf(parentKey, SPAN_ID_BYTES),
  }
}

async function hashOf(text: string, bytes: number): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return idOf(new Uint8Array(digest, 0, bytes))
}

/** All zeros would mean that there is none. */
function idOf(bytes: Uint8Array): string {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return /^0+$/.test(hex) ? hex.replace(/0$/, '1') : hex
}
