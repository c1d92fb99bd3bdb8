/** What every request gets before its route: limits, headers, its ids. */
import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
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

export const limitedBody = bodyLimit({
  maxSize: BODY_BYTES_MAX,
  onError: () => {
    throw new ProblemError('body-too-large')
  },
})

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
