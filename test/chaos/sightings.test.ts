/** Of scripts/chaos/sightings.ts: S1 to S3 are its. */
import { describe, expect, it } from 'vitest'
import type { OrderStatus } from '../../worker/api/contract.ts'
import { isAsAsked, unrestOf, wrongAfter } from '../../scripts/chaos/sightings.ts'
import { orderOf } from '../support/orders.ts'
import { sighted, stepFrom } from './support/sighted.ts'

const STATUSES: OrderStatus[] = ['pending', 'confirmed', 'failed', 'cancelled', 'returned']
const FORWARD = [
  'pending → confirmed',
  'pending → failed',
  'pending → cancelled',
  'pending → returned',
  'confirmed → returned',
]

describe('an order, seen again', () => {
  it('may have gone on along the DAG of statuses, and no other way (S1)', () => {
    const allowed = STATUSES.flatMap((from) =>
      STATUSES.filter(
        (to) =>
          to !== from &&
          wrongAfter(sighted({ status: from }), sighted({ status: to, version: 9 })) === null,
      ).map((to) => `${from} → ${to}`),
    )
    expect(allowed.toSorted()).toEqual(FORWARD.toSorted())
  })

  it('may be as it was, also at a later version', () => {
    expect(wrongAfter(sighted(), sighted())).toBeNull()
    expect(wrongAfter(sighted(), sighted({ version: 4 }))).toBeNull()
  })

  it('has not lost a version (S2)', () => {
    expect(wrongAfter(sighted(), sighted({ version: 2 }))).toBe(
      'ord_1 was pending at version 3, then pending at version 2',
    )
  })

  it('is one state at one version (S2)', () => {
    expect(wrongAfter(sighted(), sighted({ status: 'failed' }))).not.toBeNull()
    expect(wrongAfter(sighted(), sighted({ settled: true }))).not.toBeNull()
  })

  it('is the same order: one key, one id', () => {
    expect(wrongAfter(sighted(), sighted({ id: 'ord_2', version: 4 }))).toBe('ord_1 became ord_2')
  })

  it('has what was asked for (S3)', () => {
    expect(isAsAsked(sighted(), orderOf())).toBe(true)
    expect(isAsAsked(sighted(), orderOf({ lines: [{ sku: 'NOTE-DOT', quantity: 2 }] }))).toBe(false)
    expect(isAsAsked(sighted(), orderOf({ coupon: 'WELCOME10' }))).toBe(false)
    expect(isAsAsked(sighted(), orderOf({ points: 100 }))).toBe(false)
    expect(isAsAsked(sighted(), orderOf({ payment: { token: 'tok_lost' } }))).toBe(false)
  })
})

describe('the unrest of an order', () => {
  const atRest = sighted({ settled: true, steps: [stepFrom(1_000, 2_000)] })

  it('lasts from its placing until its last step ended', () => {
    const moving = unrestOf(sighted(), [])
    expect(moving).toEqual([{ fromMs: 1_000, toMs: null }])
    expect(unrestOf(atRest, moving)).toEqual([{ fromMs: 1_000, toMs: 2_000 }])
  })

  it('does not grow while it is looked at again', () => {
    const once = unrestOf(atRest, [])
    expect(unrestOf(atRest, once)).toEqual(once)
  })

  it('begins anew with a return, and the rest between the two counts as rest', () => {
    const steps = [stepFrom(1_000, 2_000), stepFrom(7_000, 8_000)]
    const known = unrestOf(atRest, [])
    const returning = unrestOf(sighted({ steps }), known)
    expect(returning).toEqual([...known, { fromMs: 7_000, toMs: null }])
    const whole = [...known, { fromMs: 7_000, toMs: 8_000 }]
    expect(unrestOf(sighted({ steps, settled: true }), returning)).toEqual(whole)
    expect(unrestOf(sighted({ steps, settled: true }), known)).toEqual(whole)
  })
})
