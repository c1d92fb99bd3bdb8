import fc from 'fast-check'
import { expect, it } from 'vitest'
import { RETRY_UNTIL_PARKED, backoffMs } from '../../durable-objects/core/retry-policy.ts'

it('compensations wait 2 s, 4 s, 8 s at most, and half of that at least', () => {
  expect([1, 2, 3].map((retry) => backoffMs(RETRY_UNTIL_PARKED, retry, 0.999_999))).toEqual([
    2_000, 4_000, 8_000,
  ])
  expect([1, 2, 3].map((retry) => backoffMs(RETRY_UNTIL_PARKED, retry, 0))).toEqual([
    1_000, 2_000, 4_000,
  ])
})

it('no number of retries waits longer than the cap, or for no time at all', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1 }),
      fc.double({ min: 0, max: 0.99, noNaN: true }),
      (n, jitter) => {
        const waitMs = backoffMs(RETRY_UNTIL_PARKED, n, jitter)
        expect(waitMs).toBeGreaterThan(0)
        expect(waitMs).toBeLessThanOrEqual(RETRY_UNTIL_PARKED.capMs)
      },
    ),
  )
})
