/**
 * One way to ask the API. A refusal is an `ApiProblem` with a permanent code (RFC 9457); an
 * answer that never came, or was no answer of ours, is `Unanswered`: its outcome is unknown.
 */
import type { Problem } from '../../../worker/api/contract.ts'
import { believe } from './believe.ts'

export type FieldError = { field: string; message: string }

export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  /** Where the code is explained. */
  readonly type: string
  readonly detail: string | undefined
  readonly errors: FieldError[]
  /** What else the body said, such as the current state beside a 412. */
  readonly body: unknown
  /** For how long the server does not want to be asked again. */
  readonly retryAfterMs: number

  constructor(problem: Problem, body: unknown, retryAfterMs = 0) {
    super(problem.title)
    this.name = 'ApiProblem'
    this.status = problem.status
    this.code = problem.code
    this.type = problem.type
    this.detail = problem.detail
    this.errors = problem.errors ?? []
    this.body = body
    this.retryAfterMs = retryAfterMs
  }
}

export class Unanswered extends Error {
  override readonly name = 'Unanswered'
}

export type Ask = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  headers?: Record<string, string>
  /** Gives up before the time that the request has. */
  signal?: AbortSignal
  /** For what is known to take long. */
  timeoutMs?: number
}

export type Answer<Body> = {
  status: number
  body: Body
  etag: string | null
  /** When it was read, if it is an old one that the service worker has kept. */
  readAt: string | null
}

const TIMEOUT_MS = 10_000
const RETRY_AFTER_MS_MAX = 120_000

export async function ask<Body>(path: string, options: Ask = {}): Promise<Answer<Body>> {
  const response = await send(path, options)
  const etag = response.headers.get('ETag')
  const readAt = response.headers.get('X-Read-At')
  // Without a body: 204, and 304, whose caller sent If-None-Match and looks at the status first.
  const isEmpty = response.status === 204 || response.status === 304
  const body: unknown = isEmpty ? undefined : await readJson(response)
  if (response.ok || response.status === 304) {
    return { status: response.status, body: believe<Body>(body), etag, readAt }
  }
  if (!isProblem(body)) throw new Unanswered(`${path}: ${response.status}`)
  throw new ApiProblem(body, body, millisecondsOf(response.headers.get('Retry-After')))
}

/** Seconds or a date (RFC 9110, 10.2.3). Whatever it says, nobody waits longer than two minutes for it. */
function millisecondsOf(retryAfter: string | null): number {
  if (retryAfter === null) return 0
  const ms = /^\d+$/.test(retryAfter)
    ? Number(retryAfter) * 1_000
    : Date.parse(retryAfter) - Date.now()
  return Math.min(Math.max(ms || 0, 0), RETRY_AFTER_MS_MAX)
}

async function send(path: string, options: Ask): Promise<Response> {
  const json = options.body !== undefined
  const late = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS)
  try {
    return await fetch(path, {
      method: options.method ?? 'GET',
      headers: { ...(json && { 'Content-Type': 'application/json' }), ...options.headers },
      credentials: 'same-origin',
      signal: options.signal ? AbortSignal.any([options.signal, late]) : late,
      ...(json && { body: JSON.stringify(options.body) }),
    })
  } catch (cause) {
    throw new Unanswered(path, { cause })
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    // Cut off on its way, or a page of some proxy: whether it took effect is not known.
    throw new Unanswered(response.url, { cause })
  }
}

function isProblem(body: unknown): body is Problem {
  return typeof body === 'object' && body !== null && 'code' in body && 'status' in body
}
