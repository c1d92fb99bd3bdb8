/** A receiver of traces, by OTLP/HTTP in JSON: as much of an OpenTelemetry collector as it takes to look. */
import type { IncomingMessage } from 'node:http'
import { type HttpReceiver, bodyOf, listenLocally } from '../local/http-receiver.ts'
import { type OtlpSpan, exportRequestSchema } from './otlp.ts'

const PATH = '/v1/traces'
const BODY_BYTES_MAX = 16_000_000
/** The oldest are forgotten. */
const TRACES_MAX = 1_000

export type Reception =
  /** `spans`: all that is known of the trace by now. `repeats`: of those that came, how many had come before. */
  | { kind: 'trace'; traceId: string; spans: readonly OtlpSpan[]; repeats: number }
  | { kind: 'refused'; status: number; reason: string }

type Settings = {
  /** So many good posts are answered 503 first. */
  failures: number
  onReception: (reception: Reception) => void
}

type Answer = { status: number; body: object }

/** Rejects if the port is taken. */
export function startTraceReceiver(port: number, settings: Settings): Promise<HttpReceiver> {
  const receive = receptionBy(settings)
  return listenLocally(port, (request, response) => {
    void receive(request).then(({ status, body }) => {
      const headers = { 'Content-Type': 'application/json', 'Retry-After': '1' }
      response.writeHead(status, headers).end(JSON.stringify(body))
    })
  })
}

function receptionBy({ failures, onReception }: Settings) {
  const traces = new Map<string, Map<string, OtlpSpan>>()
  let failuresLeft = failures
  const refuse = (status: number, message: string): Answer => {
    onReception({ kind: 'refused', status, reason: message })
    return { status, body: { message } }
  }

  return async (request: IncomingMessage): Promise<Answer> => {
    const { method, url, headers } = request
    if (method !== 'POST' || url !== PATH)
      return refuse(404, `${method} ${url}: POST ${PATH} is taken`)
    if (!headers['content-type']?.startsWith('application/json') || headers['content-encoding']) {
      return refuse(415, 'Only application/json is taken, not compressed')
    }
    const text = await bodyOf(request, BODY_BYTES_MAX)
    if (text === null) return refuse(413, `A body may have ${BODY_BYTES_MAX} bytes`)
    const spans = spansIn(text)
    if (spans === null) return refuse(400, 'It is no ExportTraceServiceRequest in JSON')
    if (failuresLeft > 0) {
      failuresLeft -= 1
      return refuse(503, `${spans.length} spans refused on purpose`)
    }
    for (const [traceId, some] of Map.groupBy(spans, (span) => span.traceId)) {
      const known = traces.get(traceId) ?? new Map<string, OtlpSpan>()
      const repeats = some.filter(({ spanId }) => known.has(spanId)).length
      for (const span of some) known.set(span.spanId, span)
      traces.delete(traceId)
      traces.set(traceId, known)
      forgetOldest(traces)
      onReception({ kind: 'trace', traceId, spans: [...known.values()], repeats })
    }
    return { status: 200, body: { partialSuccess: {} } }
  }
}

function forgetOldest(traces: Map<string, unknown>): void {
  const [oldest] = traces.keys()
  if (traces.size > TRACES_MAX && oldest !== undefined) traces.delete(oldest)
}

function spansIn(text: string): OtlpSpan[] | null {
  try {
    const { resourceSpans } = exportRequestSchema.parse(JSON.parse(text))
    return resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
  } catch {
    return null
  }
}
