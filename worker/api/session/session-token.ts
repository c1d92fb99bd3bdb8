/**
 * Who a guest is: a signed token (HS256), kept by pages in a cookie and by API clients as a
 * bearer token.
 *
 * T1. The algorithm is pinned: a token that names another one is not good.
 * T2. A token without an end is not good.
 */
import { sign, verify } from 'hono/jwt'
import { type CustomerId, isCustomerId } from '../../../durable-objects/core/ids.ts'

export const SESSION_S_MAX = 180 * 86_400
const AUDIENCE = 'edge-saga-session'

export function issueToken(customer: CustomerId, secret: string, nowMs: number): Promise<string> {
  const endsAtS = Math.floor(nowMs / 1000) + SESSION_S_MAX
  return sign({ sub: customer, aud: AUDIENCE, exp: endsAtS }, secret, 'HS256')
}

/** The customer of a good token, else null. */
export async function customerOf(token: string, secret: string): Promise<CustomerId | null> {
  try {
    const { sub, exp } = await verify(token, secret, { alg: 'HS256', aud: AUDIENCE })
    return typeof exp === 'number' && typeof sub === 'string' && isCustomerId(sub) ? sub : null
  } catch {
    // Forged, expired, malformed: to the caller all the same, and no news to us.
    return null
  }
}
