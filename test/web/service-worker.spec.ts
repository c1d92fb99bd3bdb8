import { afterEach, describe, expect, it, vi } from 'vitest'
import { asset, freshFirst, page } from '../../web/service-worker/answers.ts'
import { keptFor } from '../../web/service-worker/kept.ts'
import { handlingOf } from '../../web/service-worker/requests.ts'

const ORIGIN = 'https://shop.example'
type Sent = { method?: string; mode?: RequestMode }
const handling = (path: string, { method = 'GET', mode = 'cors' }: Sent = {}) =>
  handlingOf({ method, mode, url: new URL(path, ORIGIN).href }, ORIGIN)

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('the service worker', () => {
  it.each([
    '/',
    '/c/kitchen',
    '/p/MUG-CLAY',
    '/search?q=mug',
    '/orders/ord_1',
    '/apiary',
    '/consoles',
  ])('opens the page %s', (path) => {
    expect(handling(path, { mode: 'navigate' })).toBe('page')
  })

  it('answers chunks, the catalogue, pictures, and the files of the shell', () => {
    expect(handling('/assets/index-abc.js')).toBe('asset')
    expect(handling('/api/catalog')).toBe('fresh-first')
    expect(handling('/products/mug-clay.svg')).toBe('fresh-first')
    expect(handling('/before-paint.js')).toBe('fresh-first')
    expect(handling('/icons/icon-192.png')).toBe('fresh-first')
  })

  it.each([
    '/api',
    '/api/me',
    '/api/catalog/',
    '/api/catalogue',
    '/api/status',
    '/api/orders',
    '/api/orders/ord_1/followed',
    '/api/orders/ord_1/stream',
    '/api-docs/swagger-ui.css',
    '/service-worker.js',
    'https://elsewhere.example/assets/index.js',
    'https://elsewhere.example/api/catalog',
  ])('S1: leaves %s alone', (path) => {
    expect(handling(path)).toBe('none')
  })

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'])('S1: leaves every %s alone', (method) => {
    for (const path of ['/', '/api/catalog', '/api/session', '/assets/index.js']) {
      expect(handling(path, { method })).toBe('none')
    }
  })

  it.each(['/api/docs', '/api/catalog', '/console', '/console/'])(
    'S1: leaves %s alone, opened as a page',
    (path) => {
      expect(handling(path, { mode: 'navigate' })).toBe('none')
    },
  )
})

it('a file that there is no room to keep is served all the same', async () => {
  const full = {
    match: () => Promise.resolve(undefined),
    open: () => Promise.resolve({ put: () => Promise.reject(new DOMException('full')) }),
  }
  vi.stubGlobal('caches', full)
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('run()')))
  const request = new Request(`${ORIGIN}/assets/index-abc.js`)
  const answer = await asset(request, keptFor('2'))
  expect(await answer.text()).toBe('run()')
})

/** Returns the addresses of those that were given up. */
function neverAnswer(): string[] {
  const givenUp: string[] = []
  vi.useFakeTimers()
  vi.stubGlobal('fetch', ({ url }: Request, { signal }: RequestInit = {}) => {
    const { promise, reject } = Promise.withResolvers<Response>()
    signal?.addEventListener('abort', () => {
      givenUp.push(url)
      reject(new DOMException('given up', 'AbortError'))
    })
    return promise
  })
  return givenUp
}

/** A browser has a request wait for an earlier one to the same address that has no answer yet. */
describe('a request whose answer was lost', () => {
  const kept = {
    ...keptFor('2'),
    find: async () => new Response('old'),
    shell: async () => undefined,
  }

  it('does not stand in the way of later ones for ever', async () => {
    const givenUp = neverAnswer()
    const request = new Request(`${ORIGIN}/api/catalog`)
    const later = freshFirst(request, kept, () => {})
    await vi.advanceTimersByTimeAsync(5_000)
    expect(await (await later).text()).toBe('old')
    expect(givenUp).toEqual([])
    await vi.advanceTimersByTimeAsync(15_000)
    expect(givenUp).toEqual([request.url])
  })

  it('is an error, where nothing is kept', async () => {
    neverAnswer()
    const opened = page(new Request(ORIGIN), kept)
    await vi.advanceTimersByTimeAsync(20_000)
    expect((await opened).type).toBe('error')
  })
})
