/** W3C trace context: `00-<trace id>-<span id>-<flags>`. */
import { randomHex } from '../random-hex.ts'

const TRACEPARENT = /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/
const SAMPLED = '01'

/** The caller's trace where it is well-formed, else a new one. */
export function traceparentOf(header: string | undefined): string {
  if (header !== undefined && TRACEPARENT.test(header)) return header
  const traceId = randomHex(16)
  return `00-${traceId}-${ownSpanId(traceId)}-${SAMPLED}`
}

/** Of a trace that began here: nobody has a span of this id, and by it one knows that. */
export const ownSpanId = (traceId: string): string => traceId.slice(0, 16)
