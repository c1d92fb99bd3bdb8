/** One attempt: what is posted, and what follows from the answer. */
import { whyUnanswered } from '../unanswered.ts'
import { askedMsOf, retryAtMs } from './backoff.ts'
import type { Claim } from './message.ts'
import { signedHeaders } from './signature.ts'

const ANSWER_TIMEOUT_MS = 10_000
const GONE = 410

/** `askedMs`: how long the endpoint asks to be left alone. */
export type Answer = { status: number | null; error: string | null; askedMs: number }

/** What is to be written of an attempt. `gone`: nothing more is sent to this endpoint. */
export type Outcome = Answer &
  ({ kind: 'delivered' | 'dead' | 'gone' } | { kind: 'retry'; nextAtMs: number })

/** Never rejects. Redirections are not followed: they lead where nobody has looked. */
export async function post(
  { endpoint, eventId, payload }: Pick<Claim, 'endpoint' | 'eventId' | 'payload'>,
  nowMs: number,
): Promise<Answer> {
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': 'edge-saga-webhooks',
        ...signedHeaders({ id: eventId, payload }, endpoint, nowMs),
      },
      body: payload,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    })
    await response.body?.cancel()
    const { status, ok, headers } = response
    const askedMs = askedMsOf(headers.get('Retry-After'), nowMs)
    return { status, error: ok ? null : `answered ${status}`, askedMs }
  } catch (error) {
    return { status: null, error: whyUnanswered(error, ANSWER_TIMEOUT_MS), askedMs: 0 }
  }
}

export function outcomeOf(answer: Answer, attempt: number, nowMs: number, random: number): Outcome {
  if (answer.error === null) return { ...answer, kind: 'delivered' }
  if (answer.status === GONE) return { ...answer, kind: 'gone' }
  const nextAtMs = retryAtMs(attempt, nowMs, random, answer.askedMs)
  return nextAtMs === null ? { ...answer, kind: 'dead' } : { ...answer, kind: 'retry', nextAtMs }
}
