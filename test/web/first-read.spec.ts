/** A shop whose first answer about the shopper is lost: points and coupons come all the same. */
import { afterEach, expect, it, vi } from 'vitest'
import { useShopState } from '../../web/src/stores/shop-state/store.ts'
import { useShop } from '../../web/src/stores/shop.ts'
import { customerId } from './support/orders.ts'
import { startPinia } from './support/pinia.ts'

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it.each(['/api/me', '/api/session'])(
  'without an answer from %s it is asked for again',
  async (lost) => {
    vi.useFakeTimers()
    startPinia()
    let isLost = true
    const customer = customerId()
    vi.stubGlobal('fetch', async (path: string) => {
      if (path === lost && isLost) throw new TypeError('no network')
      if (path === '/api/session') return Response.json({ customer })
      return Response.json({ customer, points: { available: 500, frozen: 0 }, coupons: [] })
    })
    await useShop().refreshOne('me')
    expect(useShopState().view.me).toBeNull()
    isLost = false
    await vi.advanceTimersByTimeAsync(5_000)
    expect(useShopState().view.me?.points.available).toBe(500)
  },
)
