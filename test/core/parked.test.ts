/** What a step costs that nobody answers for long: its journal is read whole whenever its object wakes. */
import { describe, expect, it } from 'vitest'
import { PARKED_RETRY_MS_MAX, parkedRetryMs } from '../../durable-objects/core/retry-policy.ts'
import { SagaUnderTest } from './harness.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const YEAR_MS = 365 * 24 * HOUR_MS
/** As many as are read of one order's log. */
const TRANSITIONS_MAX = 20_000

const compensating = (): SagaUnderTest => {
  const saga = SagaUnderTest.placed()
  saga.reply('coupon', 'rejected')
  saga.compensated('flight')
  return saga
}

/** Until then nobody answers. */
function silentUntil(saga: SagaUnderTest, atMs: number): void {
  while (saga.dueAtMs !== null && saga.dueAtMs <= atMs) saga.elapse()
}

describe('a step that is parked', () => {
  it.each(['silent', 'held back by its breaker'])(
    'for a year, its domain %s, leaves a journal that an object can still read',
    (how) => {
      const saga = compensating()
      if (how !== 'silent') saga.open.set('rooms', 1_000)
      silentUntil(saga, saga.nowMs + YEAR_MS)
      expect(saga.transitions).toBeGreaterThan(365 * 20)
      expect(saga.transitions).toBeLessThan(TRANSITIONS_MAX)
    },
  )

  it('is asked every minute at first, and within an hour at any time', () => {
    expect([1, 4, 12].map(parkedRetryMs)).toEqual([MINUTE_MS, MINUTE_MS, MINUTE_MS])
    expect(parkedRetryMs(100)).toBeGreaterThan(5 * MINUTE_MS)
    expect(parkedRetryMs(1_000_000)).toBe(PARKED_RETRY_MS_MAX)
    expect(PARKED_RETRY_MS_MAX).toBe(HOUR_MS)
  })

  it.each([1, 6, 24, 240])(
    'whose domain was away for %i h goes on within a tenth of that time',
    (hours) => {
      for (const openForMs of [0, 1_000]) {
        const saga = compensating()
        saga.open.set('rooms', openForMs)
        const backAtMs = saga.nowMs + hours * HOUR_MS
        silentUntil(saga, backAtMs)
        saga.open.clear()
        const sent = saga.sent.length
        while (saga.sent.length === sent) saga.elapse()
        const lateMs = saga.nowMs - backAtMs
        expect(lateMs).toBeLessThanOrEqual(Math.min(1.2 * HOUR_MS, (hours * HOUR_MS) / 10))
      }
    },
  )
})
