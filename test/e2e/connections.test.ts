/** Shoppers whose connection is bad in some way: what their page says in the end is what the API says. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { PLENTIFUL, until } from '../support/orders.ts'
import {
  CATALOGUE,
  addToBasket,
  card,
  fillCheckout,
  openVisitor,
  orderFromApi,
  placeOrder,
  stepsOnPage,
  untilSettledOnPage,
} from '../support/visitor.ts'

const { url } = inject('shop')
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

type Condition = (page: Page) => Promise<unknown>

/** At the checkout, with a card whose bank takes 5 s: there is a middle. */
async function atCheckout(condition: Condition = async () => {}): Promise<Page> {
  const { page } = await openVisitor(browser, url)
  await condition(page)
  await page.goto(CATALOGUE)
  await card(page, PLENTIFUL).waitFor()
  await addToBasket(page, PLENTIFUL)
  await fillCheckout(page, { card: 'tok_slow' })
  return page
}

async function expectAsTheApiSays(page: Page, orderId: string, status: string): Promise<void> {
  expect(await untilSettledOnPage(page)).toBe(status)
  const order = await orderFromApi(page, orderId)
  expect(order).toMatchObject({ id: orderId, status, settled: true })
  expect(await stepsOnPage(page)).toEqual(
    order.steps.map(({ name, status: is }) => ({ name, status: is })),
  )
}

const connection = (page: Page, state: string) =>
  page.locator(`[data-testid="connection-state"][data-state="${state}"]`)

const withoutSockets: Condition = (page) =>
  page.routeWebSocket(/\/api\/orders\//, (socket) => socket.close({ code: 1011 }))
const withoutStreams: Condition = (page) =>
  page.route('**/api/orders/*/stream', (route) => route.abort())

describe.concurrent('an order is followed', () => {
  it('by server-sent events where no socket comes through', async () => {
    const page = await atCheckout(withoutSockets)
    const stream = page.waitForResponse('**/api/orders/*/stream')
    const orderId = await placeOrder(page)
    expect((await stream).status()).toBe(200)
    await connection(page, 'live').waitFor()
    await expectAsTheApiSays(page, orderId, 'confirmed')
  })

  it('by asking where neither comes through, and the page says so', async () => {
    const page = await atCheckout(async (tab) => {
      await withoutSockets(tab)
      await withoutStreams(tab)
    })
    const orderId = await placeOrder(page)
    await connection(page, 'polling').waitFor()
    await expectAsTheApiSays(page, orderId, 'confirmed')
  })

  it('again after the network was away in the middle', async () => {
    const page = await atCheckout()
    const orderId = await placeOrder(page)
    await connection(page, 'live').waitFor()
    await page.context().setOffline(true)
    await page.context().setOffline(false)
    await expectAsTheApiSays(page, orderId, 'confirmed')
  })
})

describe.concurrent('an order that is submitted', () => {
  it('while offline waits, and goes out once when the network is back', async () => {
    const page = await atCheckout()
    await page.locator('[data-testid="place-order"]:not([disabled])').waitFor()
    await page.context().setOffline(true)
    const orderId = await placeOrder(page)
    await page.locator('[data-testid="order-status"][data-status="unconfirmed"]').waitFor()
    expect((await page.request.get(`/api/orders/${orderId}`)).status()).toBe(404)
    await page.context().setOffline(false)
    await expectAsTheApiSays(page, orderId, 'confirmed')
    const { orders } = await until(
      async () => {
        const list = await (await page.request.get('/api/orders')).json()
        return list.orders.length > 0 ? list : null
      },
      { withinMs: 10_000, what: 'the order is listed' },
    )
    expect(orders).toHaveLength(1)
  })

  it('is shown by both tabs, and a change of the one that is behind is not taken', async () => {
    const page = await atCheckout()
    const orderId = await placeOrder(page)
    await connection(page, 'live').waitFor()
    const other = await page.context().newPage()
    // This tab hears nothing of what the first one does.
    await withoutSockets(other)
    await withoutStreams(other)
    await other.goto(`/orders/${orderId}`)
    await other.getByTestId('change-address').click()
    await other.locator('input[name="city"]').fill('Second')
    await page.getByTestId('change-address').click()
    await page.locator('input[name="city"]').fill('First')
    await page.getByTestId('save-address').click()
    await page.getByTestId('ship-to').getByText('First').waitFor()
    await other.getByTestId('save-address').click()
    await other.getByRole('alert').waitFor()
    expect((await orderFromApi(page, orderId)).shipTo?.city).toBe('First')
    await Promise.all([
      expectAsTheApiSays(page, orderId, 'confirmed'),
      expectAsTheApiSays(other, orderId, 'confirmed'),
    ])
  })
})
