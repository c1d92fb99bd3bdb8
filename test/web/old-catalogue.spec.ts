/** A catalogue that the service worker has kept: shown where there is none, believed nowhere. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watch } from 'vue'
import { useShopState } from '../../web/src/stores/shop-state/store.ts'
import { useShop } from '../../web/src/stores/shop.ts'
import { startPinia } from './support/pinia.ts'

const READ_AT = '2026-11-01T10:00:00.000Z'

const catalogueOf = (available: number) => ({
  products: [
    {
      sku: 'MUG',
      title: 'Mug',
      description: '',
      category: 'Kitchen',
      image: '/products/mug.svg',
      price: { amount: 100, currency: 'USD' },
      prices: [{ amount: 100, currency: 'USD' }],
      translations: [],
      available,
    },
  ],
})

type Served = { available: number; readAt?: string } | 'offline'
let served: Served
const asked: string[] = []

async function answer(path: string): Promise<Response> {
  asked.push(path)
  if (path !== '/api/catalog' || served === 'offline') throw new TypeError('no network')
  const headers = served.readAt === undefined ? {} : { 'X-Read-At': served.readAt }
  return Response.json(catalogueOf(served.available), { headers })
}

beforeEach(() => {
  asked.length = 0
  startPinia()
  vi.useFakeTimers()
  vi.stubGlobal('fetch', answer)
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const available = () => useShopState().view.catalog?.products[0]?.available

describe('a kept catalogue', () => {
  it('is shown where there is none, with the time of its reading, and needs no session', async () => {
    const shop = useShop()
    served = { available: 3, readAt: READ_AT }
    await shop.refreshOne('catalog')
    expect(available()).toBe(3)
    expect(shop.catalogReadAt).toBe(READ_AT)
    expect(shop.requests.catalog).toBe('failed')
    expect(asked).toEqual(['/api/catalog'])
  })

  it('does not take the place of a newer one', async () => {
    const shop = useShop()
    served = { available: 5 }
    await shop.refreshOne('catalog')
    const { catalogReadAt } = shop
    served = { available: 9, readAt: READ_AT }
    await shop.refreshOne('catalog')
    expect(available()).toBe(5)
    expect(shop.catalogReadAt).toBe(catalogReadAt)
  })

  it('gives way to the first that is read again, by itself', async () => {
    const shop = useShop()
    served = { available: 3, readAt: READ_AT }
    await shop.refreshOne('catalog')
    served = { available: 2 }
    await vi.advanceTimersByTimeAsync(5_000)
    expect(available()).toBe(2)
    expect(shop.requests.catalog).toBe('idle')
    expect(shop.catalogReadAt).not.toBe(READ_AT)
  })
})

it('no network and nothing kept: failed, with nothing to show', async () => {
  const shop = useShop()
  served = 'offline'
  await shop.refreshOne('catalog')
  expect(available()).toBeUndefined()
  expect([shop.requests.catalog, shop.catalogReadAt]).toEqual(['failed', null])
})

it('one that cannot be read is asked for every four seconds, on however many pages it was wanted', async () => {
  const shop = useShop()
  served = { available: 5 }
  await shop.refreshOne('catalog')
  served = 'offline'
  for (let page = 0; page < 5; page += 1) await shop.refreshOne('catalog')
  asked.length = 0
  await vi.advanceTimersByTimeAsync(8_000)
  expect(asked).toEqual(['/api/catalog', '/api/catalog'])
})

describe('what failed stays failed until it can be read', () => {
  const states: string[] = []
  const watched = () => {
    const shop = useShop()
    states.length = 0
    watch(
      () => shop.requests.catalog,
      (now) => states.push(now),
      { flush: 'sync' },
    )
    return shop
  }

  it('with an old one shown, whoever asks: a note that comes and goes moves the page', async () => {
    const shop = watched()
    served = { available: 3, readAt: READ_AT }
    await shop.refreshOne('catalog')
    await vi.advanceTimersByTimeAsync(8_000)
    await shop.refreshOne('catalog')
    expect(states).toEqual(['loading', 'failed'])
  })

  it('with nothing to show it tries by itself, and a shopper who tries sees that', async () => {
    const shop = watched()
    served = 'offline'
    await shop.refreshOne('catalog')
    await vi.advanceTimersByTimeAsync(8_000)
    expect(states).toEqual(['loading', 'failed'])
    await shop.refreshOne('catalog')
    expect(states).toEqual(['loading', 'failed', 'loading', 'failed'])
    served = { available: 2 }
    await vi.advanceTimersByTimeAsync(4_000)
    expect(available()).toBe(2)
    expect(shop.requests.catalog).toBe('idle')
  })
})
