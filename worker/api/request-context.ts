/** What every request gets before its route: limits, headers, its ids. */
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { secureHeaders } from 'hono/secure-headers'
import { traceparentOf } from '../traces/traceparent.ts'
import { bearerTokenOf } from './bearer-token.ts'
import { BODY_BYTES_MAX } from './contract.ts'
import type { ApiContext } from './ports.ts'
import { ProblemError } from './problem-error.ts'

/** Which version of the Worker answers is not the caller's choice. */
const VERSION_HEADER = /^cloudflare-workers-version-/i

export const requestContext = createMiddleware<ApiContext>(async (c, next) => {
  c.set('traceparent', traceparentOf(c.req.header('traceparent')))
  c.header('traceparent', c.get('traceparent'))
  const foreign = [...c.req.raw.headers.keys()].filter((name) => VERSION_HEADER.test(name))
  if (foreign.length > 0) {
    const headers = new Headers(c.req.raw.headers)
    for (const name of foreign) headers.delete(name)
    c.req.raw = new Request(c.req.raw, { headers })
  }
  await next()
})

/** A page may set its own; everything else is data, which may load, embed and keep nothing. */
export const responseHeaders = secureHeaders({
  contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
  xFrameOptions: 'DENY',
  overwrite: false,
})

export const noStore = createMiddleware(async (c, next) => {
  await next()
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store')
})

/** More than that nobody sends by mistake. */
const READ_BYTES_MAX = 1_048_576

/** A length that is named is held to by the platform; a body without is counted as it comes. */
export const limitedBody = createMiddleware(async (c, next) => {
  const { raw } = c.req
  const isNamed = raw.headers.has('Content-Length') && !raw.headers.has('Transfer-Encoding')
  if (isNamed) assertLength(Number(raw.headers.get('Content-Length')))
  else if (raw.body) {
    c.req.raw = new Request(raw, { method: raw.method, body: await wholeOf(raw.body) })
  }
  await next()
})

function assertLength(bytes: number): void {
  if (bytes > BODY_BYTES_MAX) throw new ProblemError('body-too-large')
}

/**
 * To its end, though what is too much is not kept: Pages gives its function a copy of each request, and one
 * that is left in the middle is never answered. The copy fills the function's memory, so even that has a limit.
 */
async function wholeOf(body: ReadableStream<Uint8Array>): Promise<Blob> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.length
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk)
    if (bytes > READ_BYTES_MAX) break
  }
  assertLength(bytes)
  return new Blob(chunks)
}

const isSafe = (method: string): boolean => ['GET', 'HEAD', 'OPTIONS'].includes(method)

/**
 * A browser adds the cookie to whatever a foreign page sends, and says so in Origin. A bearer
 * token is never added by itself, and goes before the cookie, so it needs no such check; what else
 * may stand in Authorization (a browser adds Basic by itself) leaves it to the cookie who is asking.
 */
export const sameOrigin = createMiddleware(async (c, next) => {
  const signed = bearerTokenOf(c) !== undefined
  if (!isSafe(c.req.method) && !signed) assertSameOrigin(c.req.url, c.req.header('Origin'))
  await next()
})

/** Hosts are compared, not schemes: TLS may end before the Worker. */
function assertSameOrigin(url: string, origin: string | undefined): void {
  if (origin === undefined) return
  const host = URL.parse(origin)?.host
  if (host !== new URL(url).host) throw new ProblemError('foreign-origin')
}

/** For a socket: it is asked for, and by a page of this origin. */
export function assertUpgrade(c: Context): void {
  if (c.req.header('Upgrade')?.toLowerCase() !== 'websocket') {
    throw new ProblemError('upgrade-required', { headers: { Upgrade: 'websocket' } })
  }
  assertSameOrigin(c.req.url, c.req.header('Origin'))
}
