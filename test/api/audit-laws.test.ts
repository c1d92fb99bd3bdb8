import { describe, expect, it } from 'vitest'
import { sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { Inspection, WriteOff } from '../../durable-objects/order-rpc.ts'
import type { Evidence } from '../../worker/api/ops/audit/evidence.ts'
import { LOG_LAG_MS_MAX, judge } from '../../worker/api/ops/audit/laws.ts'
import type { StepView } from '../../worker/api/contract.ts'
import type { HoldState, PaymentRecord } from '../../worker/domains/reads.ts'
import { inspectionOf, orderIdOfNumber, paid } from './support/doubles.ts'

const orderId = orderIdOfNumber(0x10)
const LATER = 10_000_000
const copy = (count: number, lastSeq = count) => ({ count, lastSeq, pruned: false })
const whole = copy(3)
const gone = { ...copy(0), pruned: true }
const running = inspectionOf(orderId, { status: 'running' })
const completed = inspectionOf(orderId, {
  status: 'completed',
  orderStatus: 'confirmed',
  settled: true,
})
const compensated = inspectionOf(orderId, {
  status: 'compensated',
  orderStatus: 'failed',
  settled: true,
})
const returning = inspectionOf(orderId, {
  status: 'completed',
  orderStatus: 'confirmed',
  returned: 'running',
})
const returned = inspectionOf(orderId, {
  status: 'completed',
  orderStatus: 'returned',
  returned: 'completed',
  settled: true,
})

describe('W1: a hold is open only while its saga runs', () => {
  it('running, it may be', () => expect(holdsBroken(running)).toEqual([]))
  it.each([
    ['completed', completed],
    ['compensated', compensated],
    ['no order', null],
  ])('%s, it may not', (_what, inspection) => {
    expect(holdsBroken(inspection)).toEqual(['hold-without-live-saga'])
  })
})

describe('W1: what a domain has made final belongs to a completed order', () => {
  const law = 'final-if-and-only-if-completed'
  it('completed: final, and nothing else', () => {
    expect(states(completed, 'final', 'released', 'returned')).toEqual(['', law, law])
  })

  it('returned: given back, or not yet', () => {
    expect(states(returning, 'final', 'released', 'returned')).toEqual(['', law, ''])
    expect(states(returned, 'final', 'released', 'returned')).toEqual(['', law, ''])
  })

  it.each([
    ['compensated', compensated],
    ['no order', null],
  ])('%s: not final', (_what, inspection) => {
    expect(states(inspection, 'final', 'released')).toEqual([law, ''])
  })

  it('running: as it comes', () => {
    expect(states(running, 'held', 'final', 'released')).toEqual(['', '', ''])
  })

  const freeze = {
    name: 'freeze-points',
    domain: 'points',
    kind: 'compensatable',
    status: 'succeeded',
    attempt: 1,
  } as const
  it('completed: what a step has held is there, unless it was not needed', () => {
    expect(holdless(withStep(completed, freeze))).toEqual([law])
    expect(holdless(completed)).toEqual([])
    expect(holdless(withStep(completed, { ...freeze, status: 'not-run' }))).toEqual([])
    expect(holdless(withStep(running, freeze))).toEqual([])
    expect(holdless(withStep(compensated, { ...freeze, status: 'compensated' }))).toEqual([])
    // W6.
    expect(holdless(withStep(returning, freeze))).not.toEqual([])
    expect(holdless(withStep(returned, freeze))).toEqual([])
  })
})

describe('W2, W3: what is with us of the money', () => {
  const nothing = paid(orderId, { captures: 0, captured: 0 })
  const all = paid(orderId)
  const refunded = paid(orderId, { refunded: 1490 })
  const unfit = ['paid-in-full-or-not-at-all']

  it('as many yen as the order has cents are not what was owed', () => {
    const inYen = paid(orderId, { currency: 'JPY' })
    expect(paymentBroken(inYen, completed)).toEqual(['captured-in-its-currency'])
  })

  it.each([
    ['running, nothing or all', running, [undefined, nothing, all, refunded]],
    ['completed, all', completed, [all]],
    ['compensated, nothing', compensated, [undefined, nothing, refunded]],
    ['being returned, all or nothing', returning, [all, refunded]],
    ['returned, nothing', returned, [refunded]],
  ])('%s', (_what, inspection, payments) => {
    for (const payment of payments) expect(paymentBroken(payment, inspection)).toEqual([])
  })

  it.each([
    ['completed, but not charged', completed, undefined],
    ['completed, but refunded', completed, refunded],
    ['compensated, but charged', compensated, all],
    ['returned, but not refunded', returned, all],
    ['running, half of it', running, paid(orderId, { captured: 745 })],
    ['being returned, half of it back', returning, paid(orderId, { refunded: 745 })],
  ])('%s', (_what, inspection, payment) => {
    expect(paymentBroken(payment, inspection)).toEqual(unfit)
  })

  it('charged twice is wrong, even if one was given back', () => {
    const twice = paid(orderId, { captures: 2, captured: 2980, refunded: 1490 })
    expect(paymentBroken(twice, completed)).toEqual(['one-capture-at-most'])
  })

  it('a payment belongs to an order', () => {
    expect(paymentBroken(all, null)).toEqual(['payment-without-order'])
  })
})

describe('W4: at rest, D1 has the journal whole', () => {
  const restsSinceMs = 2_000

  it('whole is right', () => expect(logBroken(whole, completed)).toEqual([]))

  it('behind is wrong once a queue had its time', () => {
    const behind = copy(2)
    const tooLate = restsSinceMs + LOG_LAG_MS_MAX
    expect(logBroken(behind, completed, tooLate - 1)).toEqual([])
    expect(logBroken(behind, completed, tooLate)).toEqual(['log-equals-journal'])
    expect(logBroken(behind, running)).toEqual([])
  })

  it('a gap is wrong', () => {
    expect(logBroken(copy(2, 3), completed)).toEqual(['log-equals-journal'])
  })

  it('ahead is wrong at any time', () => {
    expect(logBroken(copy(4), running)).toEqual(['log-ahead-of-journal'])
  })

  it('let go on purpose is right', () => expect(logBroken(gone, completed)).toEqual([]))

  it.each([whole, gone])('a log without a journal is wrong: %j', (log) => {
    expect(logBroken(log, null)).toEqual(['log-without-journal'])
  })
})

describe('W5: what an operator has given up', () => {
  const returnId = sagaIdOf(orderId, 'return')
  const freeze = { sagaId: sagaIdOf(orderId), step: 'freeze-points', domain: 'points' } as const
  const refund = { sagaId: returnId, step: 'refund-card', domain: 'payments' } as const

  it.each([
    ['a compensation', compensated, { ...freeze, direction: 'compensation' } as const],
    ['a commit', completed, { ...freeze, step: 'deduct-points', direction: 'action' } as const],
  ])('%s: the hold of its domain may stay open', (_what, inspection, step) => {
    expect(holdsBroken(writtenOff(inspection, step))).toEqual([])
    expect(broken('points', {}, writtenOff(inspection, step))).toEqual([])
  })

  it.each([
    ['of another domain', { ...freeze, domain: 'inventory' }],
    ['of the return', { ...freeze, sagaId: returnId }],
  ])('a write-off %s leaves the hold a violation', (_what, step) => {
    const inspection = writtenOff(returned, { ...step, direction: 'action' })
    expect(holdsBroken(inspection)).toEqual(['hold-without-live-saga'])
  })

  it('a refund: the money may still be with us, whole', () => {
    const inspection = writtenOff(returned, { ...refund, direction: 'action' })
    const brokenBy = (refunded: number) => paymentBroken(paid(orderId, { refunded }), inspection)
    expect(brokenBy(0)).toEqual([])
    expect(brokenBy(1490)).toEqual([])
    expect(brokenBy(745)).toEqual(['paid-in-full-or-not-at-all'])
  })

  it('another step of the return: the money has to be back', () => {
    const restock = {
      ...refund,
      step: 'restock',
      domain: 'inventory',
      direction: 'action',
    } as const
    const inspection = writtenOff(returned, restock)
    expect(paymentBroken(paid(orderId), inspection)).toEqual(['paid-in-full-or-not-at-all'])
  })
})

const writtenOff = (
  inspection: Inspection,
  step: Pick<WriteOff, 'sagaId' | 'step' | 'domain' | 'direction'>,
): Inspection => ({
  ...inspection,
  writeOffs: [{ ...step, atMs: 1_000, by: 'Ann', reason: 'the service is no more' }],
})

/** The laws of one domain that are broken; whatever is not said is as it should be. */
function broken(
  domain: string,
  evidence: Partial<Evidence>,
  inspection: Inspection | null,
  nowMs = LATER,
): string[] {
  const rest = { holds: [], payment: undefined, log: whole, listed: listedAs(inspection) }
  return judge(orderId, { ...rest, ...evidence }, inspection, nowMs)
    .filter((found) => found.domain === domain)
    .map(({ law }) => law)
}

/** As it should be. */
const listedAs = (inspection: Inspection | null): Evidence['listed'] =>
  (inspection?.sagas ?? []).map(({ sagaId, status }) => ({
    orderId,
    sagaId,
    status,
    orderStatus: inspection?.order.status ?? '',
    lastSeq: inspection?.order.version ?? 0,
    epoch: inspection?.epoch ?? 0,
    settled: 1,
    hasGap: 0,
  }))

const withStep = (inspection: Inspection, step: StepView): Inspection => ({
  ...inspection,
  order: { ...inspection.order, steps: [step] },
})

const holdsBroken = (inspection: Inspection | null) =>
  broken('points', { holds: [{ domain: 'points', state: 'held' }] }, inspection)

const paymentBroken = (payment: PaymentRecord | undefined, inspection: Inspection | null) =>
  broken('payments', { payment }, inspection)

const logBroken = (log: Evidence['log'], inspection: Inspection | null, nowMs?: number) =>
  broken('saga-log', { log }, inspection, nowMs)

const holdless = (inspection: Inspection) => broken('points', { holds: [] }, inspection)

/** Of a hold in each of these states, the law that it breaks. */
const states = (inspection: Inspection | null, ...held: HoldState[]) =>
  held.map((state) => broken('points', { holds: [{ domain: 'points', state }] }, inspection).join())
