import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type EffectScope, effectScope, nextTick, ref } from 'vue'
import type { Quote, QuoteRequest } from '../../worker/api/contract.ts'
import { useQuote } from '../../web/src/composables/use-quote.ts'

const QUIET_MS = 250
const usd = (amount: number) => ({ amount, currency: 'USD' })
const quoteOf = (total: number): Quote => ({
  lines: [],
  subtotal: usd(total),
  discount: usd(0),
  pointsDiscount: usd(0),
  shipping: usd(0),
  total: usd(total),
  problems: [],
})
const basket = (coupon?: string): QuoteRequest => ({
  lines: [{ sku: 'MUG', quantity: 1 }],
  ...(coupon === undefined ? {} : { coupon }),
})

let scope: EffectScope
beforeEach(() => {
  vi.useFakeTimers()
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

/** Answers come when the test says so. */
function start() {
  const request = ref<QuoteRequest | null>(basket())
  const asked: { body: QuoteRequest; answer: PromiseWithResolvers<Quote> }[] = []
  const quoting = scope.run(() =>
    useQuote(request, (body) => {
      const answer = Promise.withResolvers<Quote>()
      asked.push({ body, answer })
      return answer.promise
    }),
  )
  if (!quoting) throw new Error('the scope is gone')
  const change = async (to: QuoteRequest) => {
    request.value = to
    await nextTick()
  }
  const answer = async (at: number, total: number) => {
    asked[at]?.answer.resolve(quoteOf(total))
    await vi.advanceTimersByTimeAsync(0)
  }
  return { asked, change, answer, ...quoting }
}

describe('a quote', () => {
  it('is current once it is there', async () => {
    const { answer, isCurrent, quote } = start()
    await vi.advanceTimersByTimeAsync(0)
    expect(isCurrent.value).toBe(false)
    await answer(0, 500)
    expect(isCurrent.value).toBe(true)
    expect(quote.value?.total).toEqual(usd(500))
  })

  it('of the basket as it was is not current, though no other was asked for yet (Q1)', async () => {
    const { asked, change, answer, isCurrent } = start()
    await vi.advanceTimersByTimeAsync(0)
    await change(basket('WELCOME10'))
    await answer(0, 500)
    expect(isCurrent.value).toBe(false)
    await vi.advanceTimersByTimeAsync(QUIET_MS)
    expect(asked.map(({ body }) => body.coupon)).toEqual([undefined, 'WELCOME10'])
    await answer(1, 450)
    expect(isCurrent.value).toBe(true)
  })

  it('that comes after a newer one changes nothing', async () => {
    const { change, answer, isCurrent, quote } = start()
    await vi.advanceTimersByTimeAsync(0)
    await answer(0, 500)
    await change(basket('WELCOME10'))
    await vi.advanceTimersByTimeAsync(QUIET_MS)
    await change(basket('FIVER'))
    await vi.advanceTimersByTimeAsync(QUIET_MS)
    await answer(2, 450)
    await answer(1, 300)
    expect(isCurrent.value).toBe(true)
    expect(quote.value?.total).toEqual(usd(450))
  })

  it('asks again by hand after a failure', async () => {
    const { asked, answer, isCurrent, status, retry } = start()
    await vi.advanceTimersByTimeAsync(0)
    asked[0]?.answer.reject(new Error('no network'))
    await vi.advanceTimersByTimeAsync(0)
    expect(status.value).toBe('failed')
    retry()
    await answer(1, 500)
    expect(isCurrent.value).toBe(true)
  })

  it('that failed is asked for again when the network is back', async () => {
    const { asked, answer, isCurrent } = start()
    await vi.advanceTimersByTimeAsync(0)
    window.dispatchEvent(new Event('online'))
    expect(asked, 'one that is under way is enough').toHaveLength(1)
    asked[0]?.answer.reject(new Error('no network'))
    await vi.advanceTimersByTimeAsync(0)
    window.dispatchEvent(new Event('online'))
    await answer(1, 500)
    expect(isCurrent.value).toBe(true)
  })
})
