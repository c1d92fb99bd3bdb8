/**
 * How much of the shop one session, and one address, may take. The platform's rate limiting binding
 * counts; the numbers are in wrangler.toml.
 *
 * L1. It comes before anything else: a request too many is not parsed, asks no domain and holds nothing.
 * L2. It says "later", never "no": repeated with the same Idempotency-Key, an order is what it would
 *     have been.
 * L3. A limiter that does not answer lets everybody through: it must not stop a shop that is well.
 *
 * Limited is whatever changes something or asks several domains: sessions, quotes, placing and changing
 * orders, tickets, follow keys; sockets, each of which an object keeps; and what is read by a follow key,
 * without a session. A new session has a
 * new count, so the address has one as well, of several times the size: an office or a mobile carrier is
 * many shoppers behind one.
 *
 * Not limited: reads, which pages poll where there is no socket; and operators. Counting their wrong
 * tokens would not slow down who guesses, because the right one must pass whatever was counted.
 */
import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import { logWarning } from '../../../durable-objects/log.ts'
import { type ApiContext, ask } from '../ports.ts'
import { ProblemError } from '../problem-error.ts'
import {
  type CustomerContext,
  requiredCustomer,
  sessionSecretOf,
} from '../session/require-session.ts'
import { networkOf } from './network-of.ts'

/** Of both limits in wrangler.toml. */
export const PERIOD_S = 60
const LIMITER_TIMEOUT_MS = 500

export const limitAddress = createMiddleware<ApiContext>(async (c, next) => {
  await countAddress(c)
  await next()
})

/** For a customer's routes that are limited. The address goes first, so that bad tokens count as well. */
export const requireLimitedSession = createMiddleware<CustomerContext>(async (c, next) => {
  await countAddress(c)
  const customer = await requiredCustomer(c, sessionSecretOf(c.env))
  await count('session', c.env.SESSION_RATE_LIMIT, customer)
  c.set('customer', customer)
  await next()
})

/**
 * What counts as the address of a request. Cloudflare writes this header itself, so nobody can choose
 * theirs. Without it the request did not come by way of Cloudflare, and there is no address to count.
 */
export function addressOf({ req }: Pick<Context<ApiContext>, 'req'>): string | undefined {
  const address = req.header('CF-Connecting-IP')
  return address === undefined ? undefined : networkOf(address)
}

async function countAddress(c: Pick<Context<ApiContext>, 'req' | 'env'>): Promise<void> {
  const address = addressOf(c)
  if (address !== undefined) await count('address', c.env.ADDRESS_RATE_LIMIT, address)
}

/** Throws the problem `rate-limited` where it is one too many. */
async function count(what: 'address' | 'session', limiter: RateLimit, key: string): Promise<void> {
  if (await isWithin(what, limiter, key)) return
  const detail = `Too many requests from this ${what}. Try again in ${PERIOD_S} s.`
  throw new ProblemError('rate-limited', { detail, retryAfterS: PERIOD_S })
}

async function isWithin(what: string, limiter: RateLimit, key: string): Promise<boolean> {
  try {
    const { success } = await ask('rate limit', () => limiter.limit({ key }), LIMITER_TIMEOUT_MS)
    return success
  } catch (error) {
    logWarning('rate-limit-silent', { limit: what }, error)
    return true
  }
}
