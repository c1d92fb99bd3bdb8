/** What the environment says about the local shop. */
import { resolve } from 'node:path'
import { traceSettings } from '../../worker/traces/settings.ts'
import { parsePort } from './ports.ts'
import { projectRoot } from './project.ts'
import type { Secrets } from './secrets.ts'

const PORT_DEFAULT = 8787
// Not 127.0.0.1: browsers treat localhost as a secure origin, and it is what people type.
const HOST_DEFAULT = 'localhost'
const STATE_DEFAULT = '.wrangler/state'
/** Everybody who shops on this machine comes from one address. */
const ADDRESS_LIMIT_DEFAULT = '100000'

export type LocalEnvironment = {
  port: number
  host: string
  stateDir: string
  vars: Record<string, string>
  /** Requests of one address within a period. */
  addressLimit: number
  /** Instead of those that are kept in `.dev.vars`. */
  secrets: Partial<Secrets>
}

/** Throws with a reason that a person can act on. */
export function readEnvironment(env: NodeJS.ProcessEnv = process.env): LocalEnvironment {
  const deadlineMs = env.EDGE_SAGA_DEADLINE_MS ?? ''
  if (deadlineMs !== '' && !/^[1-9]\d{2,5}$/.test(deadlineMs)) {
    throw new Error(`EDGE_SAGA_DEADLINE_MS must be from 100 to 999999, not "${deadlineMs}".`)
  }
  const addressLimit = env.EDGE_SAGA_ADDRESS_LIMIT || ADDRESS_LIMIT_DEFAULT
  if (!/^[1-9]\d{0,6}$/.test(addressLimit)) {
    throw new Error(`EDGE_SAGA_ADDRESS_LIMIT must be from 1 to 9999999, not "${addressLimit}".`)
  }
  const operatorToken = env.OPERATOR_TOKEN ?? ''
  if (!/^[\w.~+/=-]*$/.test(operatorToken)) {
    throw new Error('OPERATOR_TOKEN may only have the characters of a bearer token (RFC 6750).')
  }
  return {
    port: parsePort(env.PORT, PORT_DEFAULT),
    host: env.HOST === undefined || env.HOST === '' ? HOST_DEFAULT : env.HOST,
    stateDir: resolve(projectRoot, env.EDGE_SAGA_STATE || STATE_DEFAULT),
    vars: { ...(deadlineMs === '' ? {} : { SAGA_DEADLINE_MS: deadlineMs }), ...traceVars(env) },
    addressLimit: Number(addressLimit),
    secrets: operatorToken === '' ? {} : { OPERATOR_TOKEN: operatorToken },
  }
}

/** By the names that OpenTelemetry gives them. */
function traceVars(env: NodeJS.ProcessEnv): Record<string, string> {
  const vars = {
    OTEL_EXPORTER_OTLP_ENDPOINT: env.OTEL_EXPORTER_OTLP_ENDPOINT ?? '',
    OTEL_EXPORTER_OTLP_HEADERS: env.OTEL_EXPORTER_OTLP_HEADERS ?? '',
    OTEL_RESOURCE_ATTRIBUTES: env.OTEL_RESOURCE_ATTRIBUTES ?? '',
  }
  // Whoever has only the others set has them for other programs.
  if (vars.OTEL_EXPORTER_OTLP_ENDPOINT === '') return {}
  const settings = traceSettings(vars)
  if (settings.kind === 'faulty') {
    throw new Error(
      `${settings.fault}\nPut it right, or start without OTEL_EXPORTER_OTLP_ENDPOINT.`,
    )
  }
  return Object.fromEntries(Object.entries(vars).filter(([, value]) => value !== ''))
}

export const ENVIRONMENT_HELP = `
Environment:
  PORT                     port of the shop (${PORT_DEFAULT}); 0 takes a free one
  HOST                     address to listen on (${HOST_DEFAULT}); 0.0.0.0 for a container; pages that come
                           from another machine need HTTPS in front to order
  EDGE_SAGA_STATE          folder of databases and objects (${STATE_DEFAULT}); delete it to start anew
  OPERATOR_TOKEN           the operator's token, instead of the one kept in .dev.vars
  EDGE_SAGA_DEADLINE_MS    the saga's deadline, where 3000 ms is too short for a busy machine
  EDGE_SAGA_ADDRESS_LIMIT  requests a minute of one address (${ADDRESS_LIMIT_DEFAULT}); 1200 when deployed
  OTEL_EXPORTER_OTLP_ENDPOINT  where traces go (nowhere), such as http://localhost:4318; with
                           OTEL_EXPORTER_OTLP_HEADERS and OTEL_RESOURCE_ATTRIBUTES, as OpenTelemetry
                           has them: docs/traces.md
`
