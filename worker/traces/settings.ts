/**
 * Where traces go, by the names that OpenTelemetry gives these settings. Pure.
 *
 * Without an endpoint there are none, and nothing is paid for them. What is wrong is said, with no value in
 * it: headers hold keys.
 */
import { resourceFromAttributes } from '@opentelemetry/resources'
import { ATTR_SERVICE_NAME } from '@opentelemetry/semantic-conventions'

export type TraceVars = {
  /** `https://collector.example.com:4318`: `/v1/traces` is appended. */
  OTEL_EXPORTER_OTLP_ENDPOINT?: string
  /** `name=value,name=value`, values percent-encoded. A secret. */
  OTEL_EXPORTER_OTLP_HEADERS?: string
  /** `service.version=7,deployment.environment.name=staging`, values percent-encoded. */
  OTEL_RESOURCE_ATTRIBUTES?: string
}

export type TraceTarget = {
  url: string
  headers: ReadonlyMap<string, string>
  resource: ReturnType<typeof resourceFromAttributes>
}

export type TraceSettings =
  | { kind: 'off' }
  | { kind: 'on'; target: TraceTarget }
  /** `fault`: what is to be done about it. */
  | { kind: 'faulty'; fault: string }

const SERVICE_NAME = 'edge-saga'
const TRACES_PATH = 'v1/traces'
/** A field name of HTTP (RFC 9110, 5.1). */
const FIELD_NAME = /^[\w!#$%&'*+.^`|~-]+$/
/** What a field's value may hold without being encoded anew. */
const FIELD_VALUE = /^[\t\x20-\x7e]*$/

export function traceSettings(vars: TraceVars): TraceSettings {
  const endpoint = vars.OTEL_EXPORTER_OTLP_ENDPOINT?.trim() ?? ''
  if (endpoint === '') return { kind: 'off' }
  const url = tracesUrl(endpoint)
  if (url === null) {
    return faulty('OTEL_EXPORTER_OTLP_ENDPOINT', 'a URL such as https://collector.example.com:4318')
  }
  const headers = pairsIn(vars.OTEL_EXPORTER_OTLP_HEADERS)
  if (headers === null || [...headers].some(([name, value]) => !isField(name, value))) {
    return faulty('OTEL_EXPORTER_OTLP_HEADERS', 'name=value,name=value with percent-encoded values')
  }
  const attributes = pairsIn(vars.OTEL_RESOURCE_ATTRIBUTES)
  if (attributes === null) {
    return faulty('OTEL_RESOURCE_ATTRIBUTES', 'name=value,name=value with percent-encoded values')
  }
  const resource = resourceFromAttributes({
    [ATTR_SERVICE_NAME]: SERVICE_NAME,
    ...Object.fromEntries(attributes),
  })
  return { kind: 'on', target: { url, headers, resource } }
}

const faulty = (name: string, wanted: string): TraceSettings => ({
  kind: 'faulty',
  fault: `${name} must be ${wanted}. Until it is, no traces are sent; orders do not need them.`,
})

const isField = (name: string, value: string): boolean =>
  FIELD_NAME.test(name) && FIELD_VALUE.test(value)

function tracesUrl(endpoint: string): string | null {
  const url = URL.parse(endpoint)
  if (url === null || !/^https?:$/.test(url.protocol)) return null
  // `fetch` refuses an address that holds a name and a password.
  if (url.username !== '' || url.password !== '' || url.hash !== '') return null
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${TRACES_PATH}`
  return url.href
}

/** Null: it is not such a list. */
function pairsIn(text: string | undefined): Map<string, string> | null {
  const pairs = new Map<string, string>()
  for (const item of (text ?? '').split(',')) {
    if (item.trim() === '') continue
    const equals = item.indexOf('=')
    const name = decoded(item.slice(0, equals))
    const value = decoded(item.slice(equals + 1))
    if (equals < 1 || !name || value === null) return null
    pairs.set(name, value)
  }
  return pairs
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text.trim())
  } catch {
    return null
  }
}
