/**
 * The one place that turns what went wrong into a response.
 *
 * E1. Every error is `application/problem+json` with a code of problems.ts.
 * E2. What is thrown by accident never reaches the caller: it goes to the log, one line.
 */
import type { Context, NotFoundHandler } from 'hono'
import type * as z from 'zod'
import { logError } from '../../durable-objects/log.ts'
import type { ApiContext } from './ports.ts'
import { ProblemError, asProblem } from './problem-error.ts'
import { etagOf } from './order-version.ts'

const RETRY_AFTER_S = 2
/** Decided here, and nobody's failure. */
const MEANT: readonly string[] = ['domain-unavailable', 'overloaded']

export function onError(error: unknown, c: Context<ApiContext>): Response {
  const problem = asProblem(error)
  if (problem.status >= 500 && !MEANT.includes(problem.code)) logFailure(problem, c)
  const { headers, current } = problem.particulars
  const retryAfterS = retryAfterSOf(problem)
  return c.json(problem.body, problem.status, {
    ...(retryAfterS === undefined ? {} : { 'Retry-After': String(retryAfterS) }),
    ...(problem.status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    ...(current ? { ETag: etagOf(current) } : {}),
    ...headers,
    'Content-Type': 'application/problem+json',
  })
}

/** Whoever is told that it does not work now is told when to come back. */
const retryAfterSOf = ({ status, particulars }: ProblemError): number | undefined =>
  particulars.retryAfterS ?? (status === 503 ? RETRY_AFTER_S : undefined)

// Answered, not thrown: only then does `methodNotAllowed` see a 404 that it may make a 405.
export const onNotFound: NotFoundHandler<ApiContext> = (c) =>
  onError(new ProblemError('route-not-found'), c)

export const onMethodNotAllowed = (c: Context<ApiContext>, methods: string[]): Response =>
  onError(new ProblemError('method-not-allowed', { headers: { Allow: methods.join(', ') } }), c)

type Parsed = { success: true } | { success: false; error: z.ZodError }

/** Called after each check of an input against its schema. */
export function onParsed(parsed: Parsed): void {
  if (parsed.success) return
  const errors = parsed.error.issues.flatMap((issue) => {
    const unknownKeys = issue.code === 'unrecognized_keys' ? issue.keys : null
    if (!unknownKeys) return [{ field: issue.path.join('.'), message: issue.message }]
    return unknownKeys.map((key) => ({
      field: [...issue.path, key].join('.'),
      message: 'There is no such field',
    }))
  })
  throw new ProblemError('invalid-input', { errors })
}

function logFailure(problem: ProblemError, c: Context<ApiContext>): void {
  const fields = {
    code: problem.code,
    detail: problem.particulars.detail,
    method: c.req.method,
    route: c.req.path,
    requestId: c.get('requestId'),
    traceparent: c.get('traceparent'),
    sagaId: c.res.headers.get('X-Saga-ID') ?? undefined,
  }
  logError('request-failed', fields, problem.particulars.cause)
}
