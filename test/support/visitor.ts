/** A visitor with a browser: what they do on the page, and what the page did meanwhile. */
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import { type Me, type ShipTo, meSchema } from '../../worker/api/contract.ts'
import { orderIdOf } from './order-page.ts'
import { ADDRESS } from './orders.ts'

const PATIENCE_MS = 20_000

export type Visitor = {
  page: Page
  /** Addresses of all requests that any of their pages made. */
  requests: string[]
  /** Errors in the console, refusals of the content policy, exceptions of the page. */
  complaints: string[]
  close: () => Promise<void>
}

export const SCREENS = {
  desktop: { viewport: { width: 1280, height: 800 }, hasTouch: false },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true },
} as const
export type Screen = keyof typeof SCREENS
export const SCREEN_NAMES = ['phone', 'desktop'] as const satisfies Screen[]

/** `serviceWorkers: 'block'`, as it is by itself: every request of the page can be seen and held back. */
export type VisitorOptions = Omit<BrowserContextOptions, 'baseURL'>

export async function openVisitor(
  browser: Browser,
  url: string,
  options: VisitorOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({
    colorScheme: 'light',
    locale: 'en-US',
    serviceWorkers: 'block',
    ...options,
    baseURL: url,
  })
  context.setDefaultTimeout(PATIENCE_MS)
  const requests: string[] = []
  const complaints: string[] = []
  watch(context, requests, complaints)
  const page = await context.newPage()
  return { page, requests, complaints, close: () => context.close() }
}

function watch(context: BrowserContext, requests: string[], complaints: string[]): void {
  context.on('request', (request) => requests.push(request.url()))
  context.on('weberror', (failure) => complaints.push(String(failure.error())))
  context.on('console', (message) => {
    if (message.type() !== 'error') return
    complaints.push(`${message.text()} (${message.location().url})`)
  })
  context.on('page', (page) => {
    page.on('websocket', (socket) => requests.push(socket.url().replace(/^ws/, 'http')))
  })
}

/** Where all products are. */
export const CATALOGUE = '/c'

export const card = (page: Page, sku: string) =>
  page.locator(`[data-testid="product-card"][data-sku="${sku}"]`)

/** How many the page says can be bought, as the order taken off already would have it. */
export async function availableOnPage(page: Page, sku: string): Promise<number> {
  return Number(await card(page, sku).getAttribute('data-available'))
}

export async function pointsOnPage(page: Page): Promise<number> {
  const balance = page.getByTestId('points-balance')
  await page.waitForFunction(() => document.querySelector('[data-points]') !== null)
  return Number(await balance.getAttribute('data-points'))
}

export async function addToBasket(page: Page, sku: string): Promise<void> {
  await card(page, sku).getByTestId('add-to-basket').click()
  await page.getByTestId('basket-count').filter({ visible: true }).waitFor()
}

export type Choices = {
  coupon?: string
  points?: number
  card?: string
  address?: Record<keyof ShipTo, string>
}

/** From the basket to the checkout, filled in and ready to be placed. */
export async function fillCheckout(page: Page, choices: Choices = {}): Promise<void> {
  await page.getByTestId('basket-link').click()
  await page.getByTestId('checkout-link').click()
  const { country, ...lines } = choices.address ?? ADDRESS
  await page.locator('select[name="country"]').selectOption(country)
  for (const [name, value] of Object.entries(lines)) {
    await page.locator(`input[name="${name}"]`).fill(value)
  }
  await page.getByTestId('delivery-day').first().click()
  if (choices.coupon !== undefined) {
    await page.locator(`[data-testid="coupon-option"][data-code="${choices.coupon}"]`).click()
  }
  if (choices.points !== undefined) {
    await page.getByTestId('points-slider').fill(String(choices.points))
  }
  if (choices.card !== undefined) {
    await page.locator(`[data-testid="card-option"][data-token="${choices.card}"]`).click()
  }
}

/** Returns the order's id, once the page is at the order. */
export async function placeOrder(page: Page): Promise<string> {
  await page.locator('[data-testid="place-order"]:not([disabled])').click()
  await page.waitForURL(/\/orders\/ord_/)
  return orderIdOf(page)
}

export async function meFromApi(page: Page): Promise<Me> {
  const answer = await page.request.get('/api/me')
  return meSchema.parse(await answer.json())
}

/** Until nothing fades or slides any more; what spins for ever does not count. */
export async function untilStill(page: Page): Promise<void> {
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(
        (it) => it.playState !== 'running' || it.effect?.getComputedTiming().endTime === Infinity,
      ),
  )
}
