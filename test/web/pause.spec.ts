/** How long is waited before something is sent again. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { pause } from '../../web/src/stores/optimistic/pause.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** When it was over, the network being back after a second. */
async function pausing(...wanted: Parameters<typeof pause>): Promise<number> {
  const beganMs = Date.now()
  const over = pause(...wanted).then(() => Date.now() - beganMs)
  await vi.advanceTimersByTimeAsync(1_000)
  window.dispatchEvent(new Event('online'))
  await vi.advanceTimersByTimeAsync(60_000)
  return over
}

it('no longer than until the network is back', async () => {
  expect(await pausing(20_000)).toBe(1_000)
})

it('but as long as the server wants, be the network back or not', async () => {
  expect(await pausing(7_250, 7_000)).toBe(7_250)
  expect(await pausing(7_250, 500)).toBe(1_000)
})
