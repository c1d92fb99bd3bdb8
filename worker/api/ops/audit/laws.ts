/**
 * What must be true of an order, judged from what the databases say and what its object says.
 * Pure.
 *
 * W1. A hold is open only while the order's saga runs. A completed order's are all there, and final until it is
 *     returned; any other ended one's are released.
 * W2. At most one capture, in the order's currency; what was captured is kept or refunded whole.
 * W3. A completed order is paid in full until it is returned; any other ended one is not at all.
 * W4. At rest, D1 has the journal whole, or has let it go on purpose; and says where each saga stands, and of no other.
 * W5. A step that an operator has given up may or may not have had its effect: a hold of its
 *     domain may stay open after all (W1), a refund may be missing (W3). It excuses nothing else.
 * W6. Of a returned order, which has given all of it back, a domain may know nothing (V1 of reminders.ts).
 */
import type { Inspection } from '../../../../durable-objects/order-rpc.ts'
import { type OrderId, type SagaId, sagaIdOf } from '../../../../durable-objects/core/ids.ts'
import type { HoldState, Violation } from '../../../domains/reads.ts'
import type { ListedSaga } from '../saga-log-reads.ts'
import type { Evidence } from './evidence.ts'

/** An order at rest may be this far ahead of D1: a queue lies between them. */
export const LOG_LAG_MS_MAX = 30_000

export type Found = Omit<Violation, 'subject'>

export function judge(
  orderId: OrderId,
  evidence: Evidence,
  inspection: Inspection | null,
  nowMs: number,
): Found[] {
  return [
    ...judgeHolds(orderId, evidence, inspection),
    ...judgePayment(orderId, evidence, inspection),
    ...judgeLog(evidence, inspection, nowMs),
    ...judgeList(evidence, inspection, nowMs),
  ]
}

function judgeHolds(orderId: OrderId, { holds }: Evidence, inspection: Inspection | null): Found[] {
  const status = statusOf(inspection, orderId)
  if (status !== null && !hasEnded(status)) return []
  const saga = status === null ? 'there is no such order' : `its saga is ${status}`
  const allowed = statesOnceEnded(inspection, status)
  const wrong = holds.filter(({ state }) => !allowed.includes(state))
  const missing = grantedBy(inspection, status).filter(
    (domain) => !holds.some((hold) => hold.domain === domain),
  )
  return [
    ...wrong.map(({ domain, state }) => ({
      domain,
      law: state === 'held' ? 'hold-without-live-saga' : FINAL_LAW,
      detail: state === 'held' ? saga : `${saga}, its hold is ${state}`,
    })),
    ...missing.map((domain) => ({ domain, law: FINAL_LAW, detail: `${saga}, and has no hold` })),
  ].filter(({ domain }) => !isWrittenOff(inspection, sagaIdOf(orderId), domain))
}

const FINAL_LAW = 'final-if-and-only-if-completed'

function statesOnceEnded(inspection: Inspection | null, status: string | null): HoldState[] {
  if (!inspection) return ['released', 'returned']
  if (status !== 'completed') return ['released']
  return inspection.sagas.length === 1 ? ['final'] : ['final', 'returned']
}

/** Domains that hold something for a completed order, as its steps say (W6). */
function grantedBy(inspection: Inspection | null, status: string | null): string[] {
  if (status !== 'completed' || inspection?.order.status === 'returned') return []
  const steps = inspection?.order.steps ?? []
  return steps
    .filter((step) => step.kind === 'compensatable' && step.status === 'succeeded')
    .map(({ domain }) => domain)
}

function judgePayment(
  orderId: OrderId,
  { payment }: Evidence,
  inspection: Inspection | null,
): Found[] {
  if (!inspection) return payment ? [paymentProblem('payment-without-order', 'no such order')] : []
  const { captures, captured, refunded } = payment ?? { captures: 0, captured: 0, refunded: 0 }
  const found: Found[] = []
  if (captures > 1) found.push(paymentProblem('one-capture-at-most', `${captures} captures`))
  const { currency } = inspection.order.total
  if (payment && payment.currency !== currency) {
    const detail = `${payment.currency}, the order is in ${currency}`
    found.push(paymentProblem('captured-in-its-currency', detail))
  }
  const kept = captured - refunded
  const expected = expectedToBeKept(inspection, orderId)
  if (!expected.includes(kept)) {
    const detail = `${kept} kept, expected ${expected.join(' or ')}`
    found.push(paymentProblem('paid-in-full-or-not-at-all', detail))
  }
  return found
}

/** Amounts of money that may be with us, from what the order's sagas have come to. */
function expectedToBeKept(inspection: Inspection, orderId: OrderId): number[] {
  const total = inspection.order.total.amount
  const status = statusOf(inspection, orderId)
  if (status === 'compensated') return [0]
  if (status !== 'completed') return [0, total]
  const returnId = sagaIdOf(orderId, 'return')
  if (!inspection.sagas.some(({ sagaId }) => sagaId === returnId)) return [total]
  const isRefunded = inspection.order.status === 'returned'
  return isRefunded && !isWrittenOff(inspection, returnId, 'payments') ? [0] : [0, total]
}

/** W5. */
const isWrittenOff = (inspection: Inspection | null, saga: SagaId, domain: string): boolean =>
  inspection?.writeOffs.some((it) => it.sagaId === saga && it.domain === domain) ?? false

function judgeLog(
  { log, listed }: Evidence,
  inspection: Inspection | null,
  nowMs: number,
): Found[] {
  if (!inspection) {
    const wasThere = log.count > 0 || log.pruned || listed.length > 0
    return wasThere ? [logProblem('log-without-journal', `${log.count} transitions`)] : []
  }
  const { version } = inspection.order
  const held = inspection.transitions.length
  if (log.lastSeq > version || log.count > held) {
    return [logProblem('log-ahead-of-journal', `${log.lastSeq} in D1, ${version} in the journal`)]
  }
  if (!isLogBehind(log, inspection) || isOnItsWay(inspection, nowMs)) return []
  const detail = `${log.count} transitions up to ${log.lastSeq}, of ${held} up to ${version}`
  return [logProblem('log-equals-journal', detail)]
}

/** Nothing moves any more, and D1 does not have all of it yet. */
export function isLogBehind(log: Evidence['log'], { order, transitions }: Inspection): boolean {
  const isEqual = log.count === transitions.length && log.lastSeq === order.version
  return order.settled && !log.pruned && !isEqual
}

/** What an operator's list and a shopper's are made of. */
function judgeList({ listed }: Evidence, inspection: Inspection | null, nowMs: number): Found[] {
  if (!inspection?.order.settled || isOnItsWay(inspection, nowMs)) return []
  const { order, epoch, sagas } = inspection
  const place = `${order.status}, at ${order.version} of epoch ${epoch}`
  const stand = sagas.map(({ sagaId, status }) => `${sagaId} ${status}, ${place}`).toSorted()
  const told = listed.map(listing).toSorted()
  if (told.join() === stand.join()) return []
  const detail = `D1 says: ${told.join('; ') || 'nothing'}. Its object says: ${stand.join('; ')}`
  return [logProblem('listed-as-it-stands', detail)]
}

function listing({ sagaId, status, orderStatus, lastSeq, epoch, settled, hasGap }: ListedSaga) {
  const marks = `${settled === 1 ? '' : ', not settled'}${hasGap === 1 ? ', with a gap' : ''}`
  return `${sagaId} ${status}, ${orderStatus}, at ${lastSeq} of epoch ${epoch}${marks}`
}

/** It may have come to rest so lately that a queue has not told D1 yet. */
const isOnItsWay = (inspection: Inspection, nowMs: number): boolean =>
  nowMs - restingSinceMs(inspection) < LOG_LAG_MS_MAX

const restingSinceMs = ({ transitions }: Inspection): number => transitions.at(-1)?.atMs ?? 0

/** Of the order's own saga, as the engine sees it; null where there is no order. */
const statusOf = (inspection: Inspection | null, orderId: OrderId): string | null =>
  inspection?.sagas.find(({ sagaId }) => sagaId === sagaIdOf(orderId))?.status ?? null

const hasEnded = (status: string): boolean => status === 'completed' || status === 'compensated'

const paymentProblem = (law: string, detail: string): Found => ({ domain: 'payments', law, detail })
const logProblem = (law: string, detail: string): Found => ({ domain: 'saga-log', law, detail })
