/** Lets a request through that says who its customer is. */
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import type { CustomerId } from '../../../durable-objects/core/ids.ts'
import type { ApiContext } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'
import { bearerTokenOf } from '../bearer-token.ts'
import { customerOf } from './session-token.ts'

export const SESSION_COOKIE = 'edge_saga_session'

export type CustomerContext = ApiContext & {
  Variables: ApiContext['Variables'] & { customer: CustomerId }
}

export const requireSession = createMiddleware<CustomerContext>(async (c, next) => {
  c.set('customer', await requiredCustomer(c, sessionSecretOf(c.env)))
  await next()
})

/**
 * Over https a browser takes the cookie from this host alone. Another host of the same domain could
 * otherwise set one that is sent first, and what is ordered would be in the session of whoever did.
 */
export const cookiePrefix = (c: Context): 'host' | undefined =>
  new URL(c.req.url).protocol === 'https:' ? 'host' : undefined

/** Throws the problem `session-required`. */
export async function requiredCustomer(c: Context, secret: string): Promise<CustomerId> {
  const customer = await presentCustomer(c, secret)
  if (customer === null) throw new ProblemError('session-required')
  return customer
}

/** The bearer token goes before the cookie: it was put there on purpose. */
export async function presentCustomer(c: Context, secret: string): Promise<CustomerId | null> {
  const token = bearerTokenOf(c) ?? getCookie(c, SESSION_COOKIE, cookiePrefix(c))
  return token === undefined ? null : customerOf(token, secret)
}

export function sessionSecretOf(env: Pick<ApiContext['Bindings'], 'SESSION_SECRET'>): string {
  if (env.SESSION_SECRET) return env.SESSION_SECRET
  throw new ProblemError('not-configured', {
    cause: 'SESSION_SECRET is not set: `wrangler secret put SESSION_SECRET`, or .dev.vars',
  })
}
