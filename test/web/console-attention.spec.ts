/** What the console's navigation counts. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type EffectScope, effectScope } from 'vue'
import { type Attention, useAttention } from '../../web/src/console/composables/use-attention.ts'

const of = (count: number, isMore = false) => ({ count, isMore })
const QUIET: Attention = { sagas: of(0), domains: of(0), letters: of(0) }

let scope: EffectScope
beforeEach(() => {
  vi.useFakeTimers()
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

function attentionOf(...looks: (Attention | Error)[]) {
  const found = scope.run(() =>
    useAttention(async () => {
      const next = looks.shift() ?? QUIET
      if (next instanceof Error) throw next
      return next
    }),
  )
  if (!found) throw new Error('the scope is over')
  return found.attention
}
const after = (ms: number) => vi.advanceTimersByTimeAsync(ms)

it('says nothing of what is in order', async () => {
  const attention = attentionOf({ ...QUIET, domains: of(2) })
  await after(0)
  expect(attention.value).toEqual({ domains: '2' })
})

it('says so where there are more than it counted', async () => {
  const attention = attentionOf({ ...QUIET, sagas: of(50, true), letters: of(1) })
  await after(0)
  expect(attention.value).toEqual({ sagas: '50+', letters: '1' })
})

it('keeps what it knows while nobody answers, and then goes on', async () => {
  const attention = attentionOf({ ...QUIET, sagas: of(1) }, new Error('no network'), QUIET)
  await after(15_000)
  expect(attention.value).toEqual({ sagas: '1' })
  await after(15_000)
  expect(attention.value).toEqual({})
})
