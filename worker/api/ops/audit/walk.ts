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
 */
import type { OrderId } from '../../../../durable-objects/core/ids.ts'
import { DOMAINS, type Violation, readsOf } from '../../../domains/reads.ts'
import { type ApiBindings, ask } from '../../ports.ts'
import { forEachAtOnce } from '../../../at-once.ts'
import type { AuditReport } from '../contract.ts'
import { type Evidence, readEvidence, readEvidenceOf } from './evidence.ts'
import { isLogBehind, judge } from './laws.ts'

const LOOKS_MAX = 3
const PAGE_ORDERS = 200
const OBJECTS_AT_ONCE = 16
/** An idle object keeps its files open for a while; locally they are few. */
const PAGE_MS_MIN = 400
const LAWS_TIMEOUT_MS = 60_000
const VIOLATIONS_MAX = 1_000

type Report = Pick<AuditReport, 'counts' | 'violations'>

/** From `after` on, up to `limit` orders; all of them without a limit. */
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
  do {
    const room = limit === undefined ? PAGE_ORDERS : limit - report.counts.orders
    const page = await readEvidence(env, next, Math.min(PAGE_ORDERS, room))
    next = page.next
    const paced = next === null ? null : pause(PAGE_MS_MIN)
    await forEachAtOnce([...page.orders], OBJECTS_AT_ONCE, async ([orderId, evidence]) => {
      await auditOrder(env, orderId, evidence, report)
    })
    await paced
  } while (next !== null && !isFull(report, limit))
  return { ...report, violations: report.violations.slice(0, VIOLATIONS_MAX), next }
}

const isFull = ({ counts, violations }: Report, limit: number | undefined): boolean =>
  counts.orders >= (limit ?? Infinity) || violations.length >= VIOLATIONS_MAX

async function domainLaws(env: ApiBindings): Promise<Violation[]> {
  const found = await Promise.all(
    DOMAINS.map((domain) => ask(domain, () => readsOf(env, domain).violations(), LAWS_TIMEOUT_MS)),
  )
  return found.flat()
}

async function auditOrder(
  env: ApiBindings,
  orderId: OrderId,
  atFirst: Evidence,
  { counts, violations }: Report,
): Promise<void> {
  const object = env.ORDERS.getByName(orderId)
  const inspect = () => ask('orders', () => object.inspect())
  let evidence = atFirst
  let inspection = await inspect()
  let found = judge(orderId, evidence, inspection, Date.now())
  for (let look = 2; look <= LOOKS_MAX && found.length > 0; look += 1) {
    evidence = await readEvidenceOf(env, orderId)
    inspection = await inspect()
    found = judge(orderId, evidence, inspection, Date.now())
  }
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
