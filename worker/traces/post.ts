/** One post to the endpoint, and what follows from the answer: as OTLP/HTTP has it. */
import * as z from 'zod'
import { whyUnanswered } from '../unanswered.ts'
import { askedMsOf } from '../webhooks/backoff.ts'
import type { TraceTarget } from './settings.ts'

const ANSWER_TIMEOUT_MS = 10_000
const ERROR_CHARS_MAX = 200
/** What is longer is no answer of OTLP, which says how many spans, and why. */
const ANSWER_CHARS_MAX = 10_000
/** Those after which the same request may be taken. Whatever else is refused is refused again. */
const RETRYABLE: ReadonlySet<number> = new Set([429, 502, 503, 504])

/**
 * - `taken`: but for so many spans.
 * - `again`: later, and not before `askedMs` have passed.
 * - `refused`: for good.
 */
export type Verdict =
  | { kind: 'taken'; rejectedSpans: number; reason: string }
  | { kind: 'again'; reason: string; askedMs: number }
  | { kind: 'refused'; reason: string }

/** Never rejects. Redirections are not followed: headers hold keys. */
export async function post(
  { url, headers }: Pick<TraceTarget, 'url' | 'headers'>,
  body: Uint8Array<ArrayBuffer>,
  nowMs: number,
): Promise<Verdict> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'User-Agent': 'edge-saga-traces',
        ...Object.fromEntries(headers),
        'Content-Type': 'application/json',
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    })
    return verdictOf(response, await beginningOf(response), nowMs)
  } catch (error) {
    return { kind: 'again', reason: whyUnanswered(error, ANSWER_TIMEOUT_MS), askedMs: 0 }
  }
}

async function beginningOf({ body }: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body ?? []) {
    text += decoder.decode(chunk, { stream: true })
    if (text.length >= ANSWER_CHARS_MAX) break
  }
  return text
}

function verdictOf({ ok, status, headers }: Response, text: string, nowMs: number): Verdict {
  if (ok) return { kind: 'taken', ...rejectedBy(text) }
  const reason = `answered ${status}: ${text}`.slice(0, ERROR_CHARS_MAX)
  if (!RETRYABLE.has(status)) return { kind: 'refused', reason }
  return { kind: 'again', reason, askedMs: askedMsOf(headers.get('Retry-After'), nowMs) }
}

/** A count of 64 bits is a string in JSON. */
const answerSchema = z.object({
  partialSuccess: z.object({
    rejectedSpans: z.coerce.number().catch(0),
    errorMessage: z.string().catch(''),
  }),
})

function rejectedBy(text: string): { rejectedSpans: number; reason: string } {
  const parsed = answerSchema.safeParse(jsonOf(text))
  if (!parsed.success) return { rejectedSpans: 0, reason: '' }
  const { rejectedSpans, errorMessage } = parsed.data.partialSuccess
  return { rejectedSpans, reason: errorMessage.slice(0, ERROR_CHARS_MAX) }
}

/** Some answer with nothing, or with words. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
