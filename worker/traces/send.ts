/** Sends spans, in posts of a bounded size. */
import { unreachable } from '../../durable-objects/core/unreachable.ts'
import { logError, logWarning } from '../../durable-objects/log.ts'
import { type IdentifiedSpan, otlpRequest } from './otlp.ts'
import { post } from './post.ts'
import type { TraceTarget } from './settings.ts'
import type { SpanDraft } from './span.ts'
import { idsOf } from './span-ids.ts'

/** As many as OpenTelemetry's own processors put into one. */
const SPANS_PER_POST_MAX = 512
/** Receivers take 4 MB and more. */
const POST_BYTES_MAX = 1_000_000

/** `done`: taken, or refused for good. */
export type Sending = { kind: 'done' } | { kind: 'again'; reason: string; askedMs: number }

/** Never rejects. After one post that is to come again no other is made. */
export async function sendSpans(
  drafts: readonly SpanDraft[],
  target: TraceTarget,
): Promise<Sending> {
  try {
    const spans = await Promise.all(
      withoutRepeats(drafts).map(async (draft) => ({ ...draft, ...(await idsOf(draft)) })),
    )
    for (let from = 0; from < spans.length; from += SPANS_PER_POST_MAX) {
      const sending = await sendOne(spans.slice(from, from + SPANS_PER_POST_MAX), target)
      if (sending.kind === 'again') return sending
    }
    return { kind: 'done' }
  } catch (error) {
    logError('traces-not-sent', { spans: drafts.length }, error)
    return { kind: 'again', reason: 'a defect of the exporter', askedMs: 0 }
  }
}

/** Messages may be doubled, and a restored journal may end a step twice: the last one counts. */
const withoutRepeats = (drafts: readonly SpanDraft[]): SpanDraft[] => [
  ...new Map(drafts.map((draft) => [draft.key, draft])).values(),
]

async function sendOne(spans: readonly IdentifiedSpan[], target: TraceTarget): Promise<Sending> {
  const body = otlpRequest(spans, target.resource)
  if (body.length > POST_BYTES_MAX && spans.length > 1) {
    const half = Math.ceil(spans.length / 2)
    const first = await sendOne(spans.slice(0, half), target)
    return first.kind === 'again' ? first : sendOne(spans.slice(half), target)
  }
  const verdict = await post(target, body, Date.now())
  switch (verdict.kind) {
    case 'taken': {
      const { rejectedSpans, reason } = verdict
      if (rejectedSpans > 0 || reason !== '') {
        logWarning('spans-rejected', { rejectedSpans, of: spans.length, reason })
      }
      return { kind: 'done' }
    }
    case 'again':
      logWarning('traces-not-taken', { spans: spans.length, reason: verdict.reason })
      return verdict
    case 'refused':
      logError('traces-refused', { reason: verdict.reason, orders: ordersOf(spans) })
      return { kind: 'done' }
    default:
      return unreachable(verdict)
  }
}

const ordersOf = (spans: readonly IdentifiedSpan[]) => [
  ...new Set(spans.map(({ attributes }) => attributes['order.id'])),
]
