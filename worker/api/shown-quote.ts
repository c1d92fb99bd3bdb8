/**
 * A quote that its shopper was shown, signed (HS256): for a short time it is taken at its word.
 *
 * W1. It is good for one customer, and for an order that is for what the quote was asked, until its end.
 * W2. One that is not good is as none: the order is quoted anew. It is no reason to refuse anything.
 * W3. It promises a price, and holds nothing: stock is looked at again, and the saga's holds decide.
 */
import { z } from '@hono/zod-openapi'
import { sign, verify } from 'hono/jwt'
import type { CustomerId } from '../../durable-objects/core/ids.ts'
import { isSameMoney } from '../../durable-objects/core/money.ts'
import { type OrderRequest, type QuoteRequest, quoteSchema } from './contract.ts'
import { hashBody } from './orders/idempotency-key.ts'
import type { Priced } from './pricing.ts'

export const SHOWN_QUOTE_S_MAX = 120
const TOKEN_LENGTH_MAX = 16_384
const AUDIENCE = 'edge-saga-quote'

const claimsSchema = z.object({
  exp: z.number(),
  asked: z.string(),
  answered: quoteSchema.omit({ problems: true, token: true }).extend({ day: z.string() }),
})

/** null for a basket that could not be ordered, or not yet. */
export async function signQuote(
  customer: CustomerId,
  asked: QuoteRequest,
  { problems, ...answered }: Priced,
  secret: string,
  nowMs: number,
): Promise<string | null> {
  if (problems.length > 0 || answered.day === null || asked.country === undefined) return null
  const exp = Math.floor(nowMs / 1000) + SHOWN_QUOTE_S_MAX
  const claims = { sub: customer, aud: AUDIENCE, exp, asked: await hashBody(asked), answered }
  return sign(claims, secret, 'HS256')
}

/** What the customer was shown for this order; null where the token does not say (W2). */
export async function shownQuote(
  token: string | undefined,
  customer: CustomerId,
  order: OrderRequest,
  secret: string,
): Promise<Priced | null> {
  if (token === undefined || token.length > TOKEN_LENGTH_MAX) return null
  try {
    const { sub, ...claims } = await verify(token, secret, { alg: 'HS256', aud: AUDIENCE })
    const { asked, answered } = claimsSchema.parse(claims)
    const { total } = answered
    const { expectedTotal = total } = order
    const isForIt =
      sub === customer &&
      isSameMoney(expectedTotal, total) &&
      asked === (await hashBody(questionOf(order)))
    return isForIt ? { ...answered, problems: [] } : null
  } catch {
    // Forged, ended, malformed: to the order all the same, and no news to us.
    return null
  }
}

/** What a page asks for a quote before it places this order. */
const questionOf = ({
  currency,
  lines,
  coupon,
  points,
  delivery,
  shipTo,
}: OrderRequest): QuoteRequest => ({
  currency,
  lines,
  coupon,
  points,
  delivery,
  country: shipTo.country,
})
