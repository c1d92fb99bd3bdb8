/**
 * Signatures of Standard Webhooks (https://www.standardwebhooks.com): over the event's id, the time
 * of sending and the body, by each secret that counts.
 */
import { Webhook } from 'standardwebhooks'

export type PreviousSecret = { secret: string; untilMs: number }
export type Secrets = { secret: string; previousSecrets: readonly PreviousSecret[] }

const SECRET_BYTES = 32
/** For how long a replaced secret still signs, beside the new one. */
const PREVIOUS_SECRET_MS = 24 * 60 * 60_000
/** Replaced more often than that within a day, the oldest goes at once. */
const PREVIOUS_SECRETS_MAX = 4
export const SECRETS_MAX = 1 + PREVIOUS_SECRETS_MAX

export function newSecret(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(SECRET_BYTES))
  return `whsec_${btoa(String.fromCharCode(...bytes))}`
}

/** With `secret` in place of the one that was. */
export function rotated({ secret: old, previousSecrets }: Secrets, secret: string, nowMs: number) {
  const replaced = { secret: old, untilMs: nowMs + PREVIOUS_SECRET_MS }
  const living = previousSecrets.filter(({ untilMs }) => untilMs > nowMs)
  return { secret, previousSecrets: [replaced, ...living].slice(0, PREVIOUS_SECRETS_MAX) }
}

type Signed = { id: string; payload: string }

export function signedHeaders(
  { id, payload }: Signed,
  { secret, previousSecrets }: Secrets,
  nowMs: number,
): Record<string, string> {
  const living = previousSecrets.filter(({ untilMs }) => untilMs > nowMs)
  const all = [secret, ...living.map((previous) => previous.secret)]
  const signatures = all.map((each) => new Webhook(each).sign(id, new Date(nowMs), payload))
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(nowMs / 1_000)),
    'webhook-signature': signatures.join(' '),
  }
}
