/** The shop without a network, and what its service worker leaves alone. */
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  CATALOGUE,
  SCREENS,
  SCREEN_NAMES,
  type Screen,
  type Visitor,
  card,
} from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

const visit = useVisits()
let visitor: Visitor
let page: Page

async function enter(screen: Screen): Promise<void> {
  visitor = await visit({ serviceWorkers: 'allow', ...SCREENS[screen] })
  page = visitor.page
  await page.goto(CATALOGUE)
  await card(page, 'MUG-CLAY').waitFor()
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated')
}
afterEach(() => visitor.close())

const setOffline = (offline: boolean) => page.context().setOffline(offline)
const note = () => page.getByTestId('offline-note')
const tryAgain = () => page.getByRole('button', { name: 'Try again' }).click()

describe.each(SCREEN_NAMES)('on a %s', (screen) => {
  beforeEach(() => enter(screen))

  it('visited once, then offline: the catalogue, its pictures, products and the search', async () => {
    await setOffline(true)
    await page.reload()
    await card(page, 'MUG-CLAY').waitFor()
    expect(await note().innerText()).toMatch(/You are offline\.\s+You see the shop as it was on /)
    const width = await card(page, 'MUG-CLAY')
      .locator('img')
      .evaluate(async (picture: HTMLImageElement) => {
        await picture.decode()
        return picture.naturalWidth
      })
    expect(width).toBeGreaterThan(0)

    await card(page, 'MUG-CLAY').getByTestId('product-link').click()
    await page.getByTestId('product').waitFor()
    await page.goto('/p/TEAPOT-IRON')
    await page.getByTestId('product').waitFor()
    expect(await page.locator('h1').innerText()).toBe('Iron teapot')
    await page.goto('/search?q=lamp')
    await card(page, 'LAMP-DESK').waitFor()
  })

  it('online again: what is shown is read anew, and the note goes', async () => {
    await setOffline(true)
    await page.reload()
    await card(page, 'MUG-CLAY').waitFor()
    await note().waitFor()
    await setOffline(false)
    await note().waitFor({ state: 'detached' })
    expect(await card(page, 'MUG-CLAY').count()).toBe(1)
  })
})

describe('the service worker', () => {
  beforeEach(() => enter('desktop'))

  it('S1: has only the catalogue of the API go through it, and keeps only that', async () => {
    const ways = new Map<string, boolean>()
    page.on('response', (response) => {
      const { pathname } = new URL(response.url())
      if (pathname.startsWith('/api/')) ways.set(pathname, response.fromServiceWorker())
    })
    await page.goto('/orders')
    await page.locator('h1').waitFor()
    const statuses = await page.evaluate(async () => {
      const paths = ['/api/catalog', '/api/me', '/api/status', '/api/orders', '/api/docs']
      return Promise.all(paths.map(async (path) => (await fetch(path)).status))
    })
    expect(statuses).toEqual([200, 200, 200, 200, 200])
    const through = [...ways].filter(([, isThrough]) => isThrough).map(([path]) => path)
    expect(through).toEqual(['/api/catalog'])
    expect([...ways.keys()]).toEqual(expect.arrayContaining(['/api/session', '/api/me']))

    const kept = await page.evaluate(async () => {
      const names = await caches.keys()
      const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()))
      return all.flat().map((request) => new URL(request.url).pathname)
    })
    expect(kept.filter((path) => path.startsWith('/api'))).toEqual(['/api/catalog'])
    await setOffline(true)
    const me = await page.evaluate(() =>
      fetch('/api/me').then(
        () => 'answered',
        () => 'failed',
      ),
    )
    expect(me).toBe('failed')
  })

  it('and the manifest make it installable: the manifest and its icons are there, under the content policy', async () => {
    const manifest = await page.evaluate(async () => {
      const link = document.querySelector<HTMLLinkElement>('link[rel="manifest"]')
      const response = await fetch(link?.href ?? '')
      return {
        type: response.headers.get('content-type'),
        body: (await response.json()) as unknown,
      }
    })
    expect(manifest.type).toMatch(/^application\/manifest\+json/)
    expect(manifest.body).toMatchObject({ start_url: '/', display: 'standalone' })
    const sizes = await page.evaluate(async () => {
      const names = ['icon-192', 'icon-512', 'maskable-512']
      return Promise.all(
        names.map(async (name) => {
          const picture = new Image()
          picture.src = `/icons/${name}.png`
          await picture.decode()
          return picture.naturalWidth
        }),
      )
    })
    expect(sizes).toEqual([192, 512, 512])
    expect(visitor.complaints).toEqual([])
  })
})

describe('without a service worker', () => {
  beforeEach(async () => {
    visitor = await visit()
    page = visitor.page
  })

  it('a page that cannot be loaded offline leaves the shopper in the shop, and comes once it can', async () => {
    await page.goto(CATALOGUE)
    await card(page, 'MUG-CLAY').waitFor()
    await setOffline(true)
    await page.getByTestId('basket-link').click()
    await page.getByTestId('notice').getByText('We could not load the shop').waitFor()
    expect(await card(page, 'MUG-CLAY').isVisible()).toBe(true)
    await setOffline(false)
    await tryAgain()
    await page.getByText('Your basket is empty').waitFor()
  })

  it('a first page that cannot be had says so, for as long as it cannot', async () => {
    await page.route('**/assets/basket-page*', (route) => route.abort())
    await page.goto('/basket')
    await page.getByRole('heading', { name: 'We could not load the shop' }).waitFor()
    await tryAgain()
    await page.getByRole('heading', { name: 'We could not load the shop' }).waitFor()
    await page.unrouteAll()
    await tryAgain()
    await page.getByText('Your basket is empty').waitFor()
    expect(new URL(page.url()).pathname).toBe('/basket')
  })
})
