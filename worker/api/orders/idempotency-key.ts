/** The key that makes placing an order safe to repeat, and what it is bound to. */
import { IDEMPOTENCY_KEY_LENGTH_MAX } from '../contract.ts'
import { ProblemError } from '../problem-error.ts'

const VISIBLE_ASCII = /^[\x21-\x7e]+$/

export function parseIdempotencyKey(header: string | undefined): string {
  if (header === undefined) throw new ProblemError('idempotency-key-required')
  const fits = header.length <= IDEMPOTENCY_KEY_LENGTH_MAX && VISIBLE_ASCII.test(header)
  if (!fits) throw new ProblemError('idempotency-key-invalid')
  return header
}

/**
 * SHA-256, in hex, of the body as it was parsed: neither the order of fields nor white space
 * makes another order of it.
 */
export async function hashBody(body: unknown): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(body))
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** JSON with the keys of every object sorted. */
export const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
