/**
 * The conservation audit: every order that any database knows of, judged once each.
 *
 * A1. Orders are walked in the order of their ids, a page at a time, so that memory, and the
 *     number of objects awake, do not grow with their number.
 * A2. Databases are read before the object. They may differ rightly only where a saga ends in
 *     between. An order has two sagas at most and each ends once, so of three looks at least one
 *     has no end in it: what is wrong in all three is wrong.
 * A3. The domains' own laws read all that a domain ever had, and nobody else is served meanwhile. So only an
 *     audit's first part looks at them.
 * A4. One request calls other Workers 32 times at most, as Cloudflare documents it, and a look at a page is
 *     seven calls. So a part is one page, and what is wrong in it is looked at again all together.
 */
import type { OrderId } from '../../../../durable-objects/core/ids.ts'
import type { Inspection } from '../../../../durable-objects/order-rpc.ts'
import { DOMAINS, type Violation, readsOf } from '../../../domains/reads.ts'
import { type ApiBindings, ask } from '../../ports.ts'
import { forEachAtOnce } from '../../../at-once.ts'
import type { AuditReport } from '../contract.ts'
import { type Evidence, NO_EVIDENCE, earlier, readEvidence } from './evidence.ts'
import { type Found, isLogBehind, judge } from './laws.ts'

const LOOKS_MAX = 3
/** As many as a domain tells of at once. */
export const PAGE_ORDERS = 500
const OBJECTS_AT_ONCE = 16
/** An idle object keeps its files open for a while; locally they are few. */
const PAGE_MS_MIN = 1_000
const LAWS_TIMEOUT_MS = 60_000
const VIOLATIONS_MAX = 1_000

type Report = Pick<AuditReport, 'counts' | 'violations'>

/** One look at one order. */
type Look = { evidence: Evidence; inspection: Inspection | null; found: Found[] }

/** From `after` on: a page of `limit` orders at most; without a limit, all of them. */
export async function auditAll(
  env: ApiBindings,
  after: OrderId | null,
  limit: number | undefined,
  pause: (ms: number) => Promise<void> = elapse,
): Promise<Report & { next: OrderId | null }> {
  const report: Report = {
    counts: noCounts(),
    violations: after === null ? await domainLaws(env) : [],
  }
  let next = after
  for (;;) {
    const beganAtMs = Date.now()
    next = await auditPage(env, next, Math.min(limit ?? PAGE_ORDERS, PAGE_ORDERS), report)
    const isFull = report.violations.length >= VIOLATIONS_MAX
    if (next === null || limit !== undefined || isFull) break
    await pause(beganAtMs + PAGE_MS_MIN - Date.now())
  }
  return { ...report, violations: report.violations.slice(0, VIOLATIONS_MAX), next }
}

async function domainLaws(env: ApiBindings): Promise<Violation[]> {
  const found = await Promise.all(
    DOMAINS.map((domain) => ask(domain, () => readsOf(env, domain).violations(), LAWS_TIMEOUT_MS)),
  )
  return found.flat()
}

/** Adds a page to the report, and gives the order to go on after. */
async function auditPage(
  env: ApiBindings,
  after: OrderId | null,
  limit: number,
  report: Report,
): Promise<OrderId | null> {
  const looks = new Map<OrderId, Look>()
  let page = await readEvidence(env, after, limit)
  let { next } = page
  let open = [...page.orders.keys()]
  for (let look = 1; ; look += 1) {
    const { orders } = page
    await forEachAtOnce(open, OBJECTS_AT_ONCE, async (orderId) => {
      looks.set(orderId, await lookAt(env, orderId, orders.get(orderId) ?? NO_EVIDENCE))
    })
    open = open.filter((orderId) => looks.get(orderId)?.found.length !== 0)
    if (open.length === 0 || look === LOOKS_MAX) break
    page = await readEvidence(env, after, limit)
    // With orders that came in between it may end earlier: the rest is of the next page.
    next = earlier(next, page.next)
    open = open.filter((orderId) => next === null || orderId <= next)
  }
  for (const [orderId, look] of looks) {
    if (next === null || orderId <= next) add(report, orderId, look)
  }
  return next
}

async function lookAt(env: ApiBindings, orderId: OrderId, evidence: Evidence): Promise<Look> {
  const inspection = await ask('orders', () => env.ORDERS.getByName(orderId).inspect())
  return { evidence, inspection, found: judge(orderId, evidence, inspection, Date.now()) }
}

function add({ counts, violations }: Report, orderId: OrderId, look: Look): void {
  const { evidence, inspection, found } = look
  violations.push(...found.map((it) => ({ ...it, subject: orderId })))
  if (inspection) counts.orders += 1
  if (inspection && !inspection.order.settled) counts.unsettled += 1
  if (inspection && isLogBehind(evidence.log, inspection)) counts.logBehind += 1
  counts.writeOffs += inspection?.writeOffs.length ?? 0
  counts.openHolds += evidence.holds.filter(({ state }) => state === 'held').length
  if (evidence.payment) counts.payments += 1
}

const noCounts = (): AuditReport['counts'] => ({
  orders: 0,
  unsettled: 0,
  openHolds: 0,
  payments: 0,
  logBehind: 0,
  writeOffs: 0,
})

const elapse = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms)
  })
