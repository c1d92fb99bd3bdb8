/**
 * What a link to an order carries: a signed token (HS256) that names one order and no customer.
 *
 * K1. It is good for its own order, until its end, and for nothing else: it is no session, and a
 *     session's token is no follow key.
 * K2. The signature is compared by the platform (`crypto.subtle.verify`), in constant time.
 */
import { sign, verify } from 'hono/jwt'
import type { OrderId } from '../../../durable-objects/core/ids.ts'

export const FOLLOW_S_MAX = 90 * 86_400
const AUDIENCE = 'edge-saga-follow'

type Issued = { key: string; untilMs: number }

export async function issueFollowKey(
  orderId: OrderId,
  secret: string,
  nowMs: number,
): Promise<Issued> {
  const exp = Math.floor(nowMs / 1000) + FOLLOW_S_MAX
  const key = await sign({ sub: orderId, aud: AUDIENCE, exp }, secret, 'HS256')
  return { key, untilMs: exp * 1000 }
}

export async function isFollowKeyOf(
  orderId: OrderId,
  key: string,
  secret: string,
): Promise<boolean> {
  try {
    const { sub, exp } = await verify(key, secret, { alg: 'HS256', aud: AUDIENCE })
    return typeof exp === 'number' && sub === orderId
  } catch {
    // Forged, ended, malformed: to the caller all the same, and no news to us.
    return false
  }
}
