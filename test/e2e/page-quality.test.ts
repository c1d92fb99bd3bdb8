/** What holds on every page: accessible, self-contained, and under a strict content policy. */
import type { Page, WebSocketRoute } from 'playwright-core'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { catalogSchema } from '../../worker/api/contract.ts'
import type { StatusMessage } from '../../worker/api/status-contract.ts'
import { seriousFindings, sidewaysPx, smallTargets } from '../support/accessibility.ts'
import { PLENTIFUL, TOKYO } from '../support/orders.ts'
import { untilSettledOnPage } from '../support/order-page.ts'
import {
  CATALOGUE,
  SCREENS,
  SCREEN_NAMES,
  type Visitor,
  addToBasket,
  card,
  fillCheckout,
  placeOrder,
} from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

const LOCALES = ['en-US', 'ar-EG'] as const
/** Each page in both directions of reading, colour schemes and sizes, and all four pairs of these two. */
const LOOKS = {
  'en-US': { light: 'desktop', dark: 'phone' },
  'ar-EG': { light: 'phone', dark: 'desktop' },
} as const
const COLOR_SCHEMES = ['light', 'dark'] as const
/** Pages of these widths, with text of twice its size. */
const WIDTHS_PX = [390, 768, 1024, 1280] as const
type Walked = {
  visitor: Visitor
  findings: Record<string, string[]>
  directions: Set<string>
  /** Where a page scrolls sideways, and by how much. */
  sideways: string[]
  /** What a finger would miss. */
  small: string[]
}

const { url } = inject('shop')
const visit = useVisits()
const walked = new Map<(typeof LOCALES)[number], Walked>()

beforeAll(async () => {
  await Promise.all(
    LOCALES.map(async (locale) => {
      const visitor = await visit({ locale, serviceWorkers: 'allow', hasTouch: true })
      const { page } = visitor
      const findings: Walked['findings'] = {}
      const directions: Walked['directions'] = new Set()
      const sideways: string[] = []
      const small: string[] = []
      walked.set(locale, { visitor, findings, directions, sideways, small })
      await walk(page, async (name) => {
        directions.add(await page.evaluate(() => getComputedStyle(document.body).direction))
        for (const colorScheme of COLOR_SCHEMES) {
          await page.emulateMedia({ colorScheme })
          await page.setViewportSize(SCREENS[LOOKS[locale][colorScheme]].viewport)
          await page.locator(`html.${colorScheme}`).waitFor()
          findings[`${name}, ${colorScheme}`] = await seriousFindings(page)
        }
        await page.setViewportSize(SCREENS.phone.viewport)
        small.push(...(await smallTargets(page)).map((control) => `${name}: ${control}`))
        for (const width of WIDTHS_PX) {
          await page.setViewportSize({ width, height: 800 })
          const by = await sidewaysPx(page, '200%')
          if (by > 0) sideways.push(`${name}, ${width} px: ${by} px`)
        }
      })
    }),
  )
})

/** Goes through every kind of page and calls `look` on each, by name. */
async function walk(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  await page.goto('/')
  await page.getByTestId('category-tile').first().waitFor()
  await look('home')
  await page.goto('/search?q=lmap')
  await card(page, 'LAMP-DESK').waitFor()
  await look('search')
  await page.goto('/search?q=zzzzzz')
  await page.getByTestId('search-hints').waitFor()
  await look('search without results')
  await page.goto('/p/LAMP-DESK')
  await page.getByTestId('product').waitFor()
  await look('product')
  await page.goto(CATALOGUE)
  await card(page, PLENTIFUL).waitFor()
  await look('catalogue')
  await addToBasket(page, PLENTIFUL)
  await page.getByTestId('basket-link').click()
  await page.getByTestId('checkout-link').waitFor()
  await look('basket')
  await fillCheckout(page, { coupon: 'WELCOME10', points: 100, card: 'tok_declined' })
  await page.locator('[data-testid="place-order"]:not([disabled])').waitFor()
  await look('checkout')
  await placeOrder(page)
  await untilSettledOnPage(page)
  await page.getByTestId('follow-link').click()
  const link = page.getByTestId('follow-address')
  await link.waitFor()
  await look('order')
  await page.goto(await link.inputValue())
  await page.getByTestId('order-status').waitFor()
  await look('order by link')
  await page.goto('/orders')
  await page.locator('h1').waitFor()
  await look('orders')
  await page.goto('/no-such-page')
  await page.locator('h1').waitFor()
  await look('not found')
}

describe.each(LOCALES)('every page, %s', (locale) => {
  function walkedPages(): Walked {
    const found = walked.get(locale)
    if (!found) throw new Error(`no walk in ${locale}`)
    return found
  }

  it('has no serious or critical accessibility finding', () => {
    const pages = Object.entries(walkedPages().findings)
    expect(pages).toHaveLength(11 * COLOR_SCHEMES.length)
    expect(pages.filter(([, found]) => found.length > 0)).toEqual([])
  })

  it('does not scroll sideways, on any screen, when text is twice as large', () => {
    expect(walkedPages().sideways).toEqual([])
  })

  it('has no control on a phone that takes touches on less than 44 by 44 px', () => {
    expect(walkedPages().small).toEqual([])
  })

  it('is read in the direction of its language', () => {
    expect([...walkedPages().directions]).toEqual([locale === 'ar-EG' ? 'rtl' : 'ltr'])
  })

  it('asks no other origin for anything', () => {
    const { requests } = walkedPages().visitor
    const foreign = requests.filter(
      (address) => !address.startsWith(`${url}/`) && !/^(data|blob):/.test(address),
    )
    expect(foreign).toEqual([])
    expect(requests.length).toBeGreaterThan(10)
  })

  it('breaks no rule of its content policy, reports no error, and lacks no words', () => {
    expect(walkedPages().visitor.complaints).toEqual([])
  })
})

it('products of long names and high prices stay in the window', async () => {
  const { page, close } = await visit({ viewport: { width: 320, height: 640 } })
  await page.route('**/api/catalog*', async (route) => {
    const response = await route.fetch()
    const catalog = catalogSchema.parse(await response.json())
    const products = catalog.products.map((product) => ({
      ...product,
      title: 'Donaudampfschifffahrtsgesellschaftskapitän',
      price: { ...product.price, amount: 123_456_789_00 },
    }))
    await route.fulfill({ response, json: { ...catalog, products } })
  })
  for (const path of ['/', '/p/MUG-CLAY', CATALOGUE]) {
    await page.goto(path)
    await page.getByTestId('add-to-basket').first().waitFor()
    expect([path, await sidewaysPx(page)]).toEqual([path, 0])
  }
  await addToBasket(page, PLENTIFUL)
  await page.getByTestId('basket-link').click()
  await page.getByTestId('checkout-link').waitFor()
  expect(await sidewaysPx(page)).toBe(0)
  await close()
})

it('in forced colours what is chosen looks other than the rest, and fields have edges', async () => {
  const { page, close } = await visit({ forcedColors: 'active' })
  await page.goto(CATALOGUE)
  await card(page, PLENTIFUL).waitFor()
  const categories = page.getByRole('navigation', { name: 'Categories' }).getByRole('link')
  expect(
    await categories.evaluateAll((all) => all.map((one) => getComputedStyle(one).borderTopWidth)),
  ).toEqual(['3px', '1px', '1px', '1px', '1px'])
  await addToBasket(page, PLENTIFUL)
  await fillCheckout(page)
  const option = (token: string) => page.locator(`[data-testid="card-option"][data-token=${token}]`)
  const chosen = await option('tok_visa').screenshot()
  await option('tok_slow').click()
  await page.mouse.move(0, 0)
  expect(chosen.equals(await option('tok_visa').screenshot())).toBe(false)
  expect(await page.locator('input[name="city"]').evaluate(borderOf)).toBe('1px')
  await close()
})

const borderOf = (control: Element): string => getComputedStyle(control).borderTopWidth

it('a name and a city without a space stay on the narrowest of phones', async () => {
  const { page, close } = await visit({ viewport: { width: 320, height: 640 } })
  const long = 'Wolfeschlegelsteinhausenberger'.repeat(3)
  await page.goto(CATALOGUE)
  await card(page, PLENTIFUL).waitFor()
  await addToBasket(page, PLENTIFUL)
  await fillCheckout(page, { address: { ...TOKYO, name: long, city: long } })
  await placeOrder(page)
  await untilSettledOnPage(page)
  expect(await sidewaysPx(page)).toBe(0)
  await page.getByTestId('follow-link').click()
  await page.goto(await page.getByTestId('follow-address').inputValue())
  await page.getByTestId('ship-to').waitFor()
  expect(await sidewaysPx(page)).toBe(0)
  await close()
})

it.each(SCREEN_NAMES)('services out of order cover and move nothing, on a %s', async (screen) => {
  const { page, close } = await visit(SCREENS[screen])
  const sockets: WebSocketRoute[] = []
  await page.routeWebSocket(/\/api\/status\/socket/, (socket) => sockets.push(socket))
  await page.goto('/')
  await page.getByTestId('category-tile').first().waitFor()
  await expect.poll(() => sockets.length).toBe(1)
  const heading = page.locator('h1')
  const before = await heading.boundingBox()
  const services = ['logistics', 'payments'].map((service) => ({
    service,
    state: 'open' as const,
    retryAfterS: 5,
  }))
  sockets[0]?.send(JSON.stringify({ type: 'status', services } satisfies StatusMessage))
  const notes = page.getByTestId('service-note')
  await notes.nth(1).waitFor()

  expect(await heading.boundingBox()).toEqual(before)
  const topOfNotes = async () => (await notes.first().boundingBox())?.y ?? 0
  expect(bottomOf(before)).toBeLessThan(await topOfNotes())
  expect(await seriousFindings(page)).toEqual([])
  const underThem = page.getByTestId('add-to-basket').first()
  const last = page.locator('footer select').last()
  for (const control of [underThem, last]) {
    await control.evaluate((element) =>
      window.scrollBy(0, element.getBoundingClientRect().bottom - innerHeight),
    )
    await control.focus()
    expect(bottomOf(await control.boundingBox())).toBeLessThan(await topOfNotes())
  }
  await close()
})

type Box = Awaited<ReturnType<ReturnType<Page['locator']>['boundingBox']>>

const bottomOf = (box: Box): number => (box ? box.y + box.height : Number.NaN)

it.each([
  '/',
  '/c/kitchen',
  '/search?q=mug',
  '/p/MUG-CLAY',
  '/basket',
  '/checkout',
  '/orders',
  '/no-such-page',
])('%s is served with a content policy without inline scripts', async (path) => {
  const response = await fetch(`${url}${path}`)
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/default-src 'self'/)
  expect(policy).toMatch(/script-src 'self'(;|$)/)
  expect(policy).toMatch(/frame-ancestors 'none'/)
  await response.body?.cancel()
})
