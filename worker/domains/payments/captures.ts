/**
 * Captures that the payments' own rows do not speak for: by a provider that broke its word, or of
 * which a database that came back from a backup knows nothing. They are for the payments what a hold
 * that outlived its lease is for the others.
 *
 * C1. Only the order's word refunds: its saga is compensated. No answer, and any other, keeps.
 * C2. The refund's key has the saga in it, and neither who asks nor how often; its amount is what is
 *     left of the capture. Two who refund at once, and one after another's death, refund once.
 * C3. What is left of a capture the provider tells, so nothing about a refund is written down here.
 * C4. The place in the provider's list is stored once its page is dealt with: a death repeats a
 *     page and skips none. At the end, and where captures are too old, the walk starts anew; so
 *     what was kept comes up again.
 * C5. A walk must get on faster than captures are made, or it grows too old before it comes to the next of
 *     them, and leaves out what was made meanwhile. So each time it takes as many pages as there is time for.
 */
import * as z from 'zod'
import { within } from '../../../durable-objects/clock.ts'
import { type OrderId, type SagaId, sagaIdOf } from '../../../durable-objects/core/ids.ts'
import { sagaIdSchema } from '../../../durable-objects/core/messages.ts'
import { logError, logInfo } from '../../../durable-objects/log.ts'
import { askOrder } from '../ask-order.ts'
import type { DomainEnv } from '../receiver.ts'
import { tellIfFilling } from '../filling.ts'
import { pageSize } from '../holds.ts'
import { type LeaseReport, NOTHING_ASKED, sumOfReports } from '../reads.ts'
import { type Runtime, edgeRuntime } from '../runtime.ts'
import type { Capture, PaymentProvider } from './provider.ts'
import { CALL_MS, CHARGE_STEP, idempotencyKey, orderIdOfCharge } from './rules.ts'

const CAPTURES_PER_PAGE_MAX = 100
/** Each is a call to the provider, which counts among what one request may ask. */
const PAGES_MAX = 100
/** No page begins later. With the last one's answers it is less than a sweep waits. */
const WALK_MS_MAX = 5_000
/** The outcome of a younger one may not be written down yet. */
export const CAPTURE_SETTLES_MS = 60_000
/** So long a sweep, an order or the provider may be gone, and what was captured is still found. */
export const CAPTURES_LOOKED_AT_MS = 3 * 86_400_000

type Stray = Capture & { orderId: OrderId; sagaId: SagaId }
type Tools = { env: DomainEnv; provider: PaymentProvider; runtime: Runtime }

/** `limit`: of a page. Rejects when the provider gives none in time; what came before it is dealt with. */
export async function askAboutCaptures(
  env: DomainEnv,
  provider: PaymentProvider,
  limit: number,
  runtime: Runtime = edgeRuntime,
  pagesMax = PAGES_MAX,
): Promise<LeaseReport> {
  const tools = { env, provider, runtime }
  const size = Math.min(pageSize(limit), CAPTURES_PER_PAGE_MAX)
  const untilMs = runtime.nowMs() + WALK_MS_MAX
  let place = await readPlace(env.DB)
  let report = NOTHING_ASKED
  for (let pages = 0; pages < pagesMax; pages += 1) {
    const page = await askAboutPage(place, size, tools)
    report = sumOfReports(report, page.report)
    place = page.next
    if (place === null || runtime.nowMs() >= untilMs) break
  }
  return report
}

/** `next`: where the walk goes on; null: at the newest. */
async function askAboutPage(
  after: string | null,
  size: number,
  tools: Tools,
): Promise<{ report: LeaseReport; next: string | null }> {
  const { env, provider, runtime } = tools
  const page = await within(CALL_MS, () => provider.captures(after, size), runtime.after)
  if (page === undefined) throw new Error(`no list of captures in ${CALL_MS} ms`)
  const { items } = page
  const strays = await straysAmong(items, env.DB, runtime.nowMs())
  const ends = await Promise.all(strays.map((stray) => settle(stray, tools)))
  const oldestMs = items.at(-1)?.capturedAtMs ?? 0
  const next = runtime.nowMs() - oldestMs > CAPTURES_LOOKED_AT_MS ? null : page.next
  // Where one page has it all, there is nothing to write.
  if (next !== after) await storePlace(env.DB, next)
  const count = (end: End) => ends.filter((other) => other === end).length
  const report = {
    asked: strays.length,
    kept: count('kept'),
    released: count('released'),
    unanswered: count('unanswered'),
  }
  if (strays.length > 0) logInfo('captures-asked', report)
  return { report, next }
}

const idsSchema = z.array(z.object({ sagaId: sagaIdSchema }))

/** Those with money in them that no row here has as captured. */
async function straysAmong(captures: Capture[], db: D1Database, nowMs: number): Promise<Stray[]> {
  const unsettled = captures.flatMap((capture): Stray[] => {
    const orderId = orderIdOfCharge(capture.key)
    const isOver = capture.refunded >= capture.amount.amount
    const ageMs = nowMs - capture.capturedAtMs
    const isInTime = ageMs >= CAPTURE_SETTLES_MS && ageMs <= CAPTURES_LOOKED_AT_MS
    return orderId && !isOver && isInTime
      ? [{ ...capture, orderId, sagaId: sagaIdOf(orderId) }]
      : []
  })
  if (unsettled.length === 0) return []
  const { results } = await db
    .prepare(
      `select it.value as sagaId from json_each(?1) it
       left join charge c on c.saga_id = it.value where c.status is not 'captured'`,
    )
    .bind(JSON.stringify(unsettled.map(({ sagaId }) => sagaId)))
    .all()
  const unknown = new Set(idsSchema.parse(results).map(({ sagaId }) => sagaId))
  return unsettled.filter(({ sagaId }) => unknown.has(sagaId))
}

type End = 'kept' | 'released' | 'unanswered'

/** C1. */
async function settle(stray: Stray, { env, provider, runtime }: Tools): Promise<End> {
  const { orderId, sagaId } = stray
  try {
    const answer = await askOrder(env.ORDERS, { orderId, sagaId, step: CHARGE_STEP }, runtime)
    if (answer.kind !== 'void') return 'kept'
  } catch (error) {
    logError('capture-unanswered', { sagaId }, error)
    return 'unanswered'
  }
  return (await isRefunded(stray, provider, runtime)) ? 'released' : 'kept'
}

/** C2. False also when that is not known. */
async function isRefunded(
  { sagaId, key, amount, refunded }: Stray,
  provider: PaymentProvider,
  runtime: Runtime,
): Promise<boolean> {
  const left = { ...amount, amount: amount.amount - refunded }
  const request = { key: idempotencyKey(sagaId, 'void-charge'), chargeKey: key, amount: left }
  try {
    const state = await within(CALL_MS, (signal) => provider.refund(request, signal), runtime.after)
    // An error, because somebody should ask the provider how it came to this.
    logError('capture-of-ended-order', { sagaId, amount: left, refund: state ?? 'no answer' })
    return state?.status === 'refunded'
  } catch (error) {
    logError('capture-not-refunded', { sagaId }, error)
    return false
  }
}

async function readPlace(db: D1Database): Promise<string | null> {
  const { results, meta } = await db
    .prepare('select after from capture_walk')
    .all<{ after: string | null }>()
  tellIfFilling('charge', meta)
  return results[0]?.after ?? null
}

/** C4. */
async function storePlace(db: D1Database, after: string | null): Promise<void> {
  await db
    .prepare(
      `insert into capture_walk (one, after) values (1, ?1)
       on conflict (one) do update set after = excluded.after`,
    )
    .bind(after)
    .run()
}
