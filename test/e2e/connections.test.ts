/** Shoppers whose connection is bad in some way: what their page says in the end is what the API says. */
import type { Page } from 'playwright-core'
import { describe, expect, inject, it } from 'vitest'
import { expectSettledByBoth } from '../support/expect-settled.ts'
import { connectionOnPage, orderFromApi, statusOnPage } from '../support/order-page.ts'
import { PLENTIFUL, until } from '../support/orders.ts'
import {
  CATALOGUE,
  SCREENS,
  SCREEN_NAMES,
  type Screen,
  addToBasket,
  card,
  fillCheckout,
  placeOrder,
} from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

const { operatorToken } = inject('shop')
const visit = useVisits()

type Condition = (page: Page) => Promise<unknown>

/** At the checkout, with a card whose bank takes 5 s: there is a middle. */
async function atCheckout(screen: Screen, condition: Condition = async () => {}): Promise<Page> {
  const { page } = await visit(SCREENS[screen])
  await condition(page)
  await page.goto(CATALOGUE)
  await card(page, PLENTIFUL).waitFor()
  await addToBasket(page, PLENTIFUL)
  await fillCheckout(page, { card: 'tok_slow' })
  return page
}

/** Of the same shopper, with a memory of its own. */
async function anotherDevice(page: Page, screen: Screen): Promise<Page> {
  const storageState = await page.context().storageState()
  return (await visit({ ...SCREENS[screen], storageState })).page
}

const withoutSockets: Condition = (page) =>
  page.routeWebSocket(/\/api\/orders\//, (socket) => socket.close({ code: 1011 }))
const withoutChannels: Condition = async (page) => {
  await withoutSockets(page)
  await withoutStreams(page)
}

const withoutStreams: Condition = (page) =>
  page.route('**/api/orders/*/stream', (route) => route.abort())

describe.each(SCREEN_NAMES)('on a %s', (screen) => {
  describe.concurrent('an order is followed', () => {
    it('by server-sent events where no socket comes through', async () => {
      const page = await atCheckout(screen, withoutSockets)
      const stream = page.waitForResponse('**/api/orders/*/stream')
      await placeOrder(page)
      expect((await stream).status()).toBe(200)
      await connectionOnPage(page, 'live').waitFor()
      await expectSettledByBoth(page, 'confirmed')
    })

    it('by socket after all, where it was not let in at first', async () => {
      const page = await atCheckout(screen, (one) =>
        one.route('**/socket-ticket', (route) => route.fulfill({ json: { ticket: 'none' } }), {
          times: 1,
        }),
      )
      const { promise: heard, resolve: hear } = Promise.withResolvers<void>()
      page.on('websocket', (socket) => {
        if (socket.url().includes('/api/orders/')) socket.on('framereceived', () => hear())
      })
      await placeOrder(page)
      await heard
      await expectSettledByBoth(page, 'confirmed')
    })

    it('by asking where neither comes through, and the page says so', async () => {
      const page = await atCheckout(screen, withoutChannels)
      await placeOrder(page)
      await connectionOnPage(page, 'polling').waitFor()
      await expectSettledByBoth(page, 'confirmed')
    })

    it('no more once its cookie is gone, and the page says so', async () => {
      const page = await atCheckout(screen, withoutChannels)
      await placeOrder(page)
      await statusOnPage(page, 'pending').waitFor()
      await page.context().clearCookies()
      const reason = page.getByTestId('order-reason')
      expect(await reason.innerText()).toContain('this browser can no longer ask for that order')
      expect(await page.getByTestId('connection-state').count()).toBe(0)
    })

    it('again after the network was away in the middle', async () => {
      const page = await atCheckout(screen)
      await placeOrder(page)
      await connectionOnPage(page, 'live').waitFor()
      await page.context().setOffline(true)
      await page.context().setOffline(false)
      await expectSettledByBoth(page, 'confirmed')
    })
  })

  describe.concurrent('an order that is submitted', () => {
    it('while offline waits, and goes out once when the network is back', async () => {
      const page = await atCheckout(screen)
      await page.locator('[data-testid="place-order"]:not([disabled])').waitFor()
      await page.context().setOffline(true)
      const orderId = await placeOrder(page)
      await statusOnPage(page, 'unconfirmed').waitFor()
      expect((await page.request.get(`/api/orders/${orderId}`)).status()).toBe(404)
      await page.context().setOffline(false)
      await expectSettledByBoth(page, 'confirmed')
      const { orders } = await until(
        async () => {
          const list = await (await page.request.get('/api/orders')).json()
          return list.orders.length > 0 ? list : null
        },
        { withinMs: 10_000, what: 'the order is listed' },
      )
      expect(orders).toHaveLength(1)
    })

    it('and has no answer in 3 s is taken back, and comes back when it turns out to be there', async () => {
      const page = await atCheckout(screen)
      const sent = page.waitForRequest('**/api/orders')
      await page.route('**/api/orders', () => {}, { times: 1 })
      await placeOrder(page)
      await statusOnPage(page, 'unanswered').waitFor()
      await page.getByTestId('basket-count').filter({ visible: true }).waitFor()
      // The browser has given the request up; the server gets it all the same.
      const submitted = await sent
      const { 'idempotency-key': key = '' } = await submitted.allHeaders()
      const arrived = await page.request.post('/api/orders', {
        headers: { 'Idempotency-Key': key },
        data: submitted.postDataJSON(),
      })
      expect(arrived.status()).toBe(202)
      await expectSettledByBoth(page, 'confirmed')
      await page
        .getByTestId('basket-count')
        .filter({ visible: true })
        .waitFor({ state: 'detached' })
    })

    it('and was taken back is sent again as the same order', async () => {
      const page = await atCheckout(screen)
      await page.route('**/api/orders', () => {}, { times: 1 })
      const orderId = await placeOrder(page)
      await statusOnPage(page, 'unanswered').waitFor()
      await page.reload()
      await statusOnPage(page, 'unanswered').waitFor()
      await page.getByTestId('send-again').click()
      expect((await expectSettledByBoth(page, 'confirmed')).id).toBe(orderId)
    })

    it('is shown by both tabs, also by the one that hears nothing of the server', async () => {
      const page = await atCheckout(screen)
      const other = await page.context().newPage()
      await withoutSockets(other)
      await withoutStreams(other)
      const orderId = await placeOrder(page)
      await other.goto(`/orders/${orderId}`)
      await Promise.all([
        expectSettledByBoth(page, 'confirmed'),
        expectSettledByBoth(other, 'confirmed'),
      ])
    })
  })
})

/** The card of this order is asked, and does not answer until told to. */
const letPaymentsStandStill = (page: Page, orderId: string, latencyMs: number) =>
  page.request.put('/api/dev/faults/payments', {
    headers: { authorization: `Bearer ${operatorToken}` },
    data: {
      latencyMs,
      transientRate: 0,
      rejectRate: 0,
      dropReplyRate: 0,
      duplicateRate: 0,
      only: { step: 'charge-card', sagaId: orderId },
    },
  })

// Alone: what stands still may hold up the charges that came with it.
it.each([
  ['phone', 'desktop'],
  ['desktop', 'phone'],
] as const)(
  'changed on a %s, then on a %s that is behind: the change that came first is kept',
  async (first, second) => {
    const page = await atCheckout(first)
    const other = await anotherDevice(page, second)
    // It hears nothing of what the first one does.
    await withoutSockets(other)
    await withoutStreams(other)
    const canGo = Promise.withResolvers<void>()
    await page.route(
      '**/api/orders',
      async (route) => {
        await canGo.promise
        await route.continue()
      },
      { times: 1 },
    )
    const orderId = await placeOrder(page)
    await letPaymentsStandStill(page, orderId, 60_000)
    canGo.resolve()
    try {
      await connectionOnPage(page, 'live').waitFor()
      await other.goto(`/orders/${orderId}`)
      await other.getByTestId('change-address').click()
      await other.locator('input[name="city"]').fill('Second')
      await other.route('**/api/orders/*', (route) =>
        route.request().method() === 'GET' ? route.abort() : route.continue(),
      )
      await page.getByTestId('change-address').click()
      await page.locator('input[name="city"]').fill('First')
      await page.getByTestId('save-address').click()
      await page.getByTestId('ship-to').getByText('First').waitFor()
      await until(
        async () => ((await orderFromApi(page, orderId)).shipTo?.city === 'First' ? true : null),
        { withinMs: 10_000, what: 'the first change has arrived' },
      )
      await other.getByTestId('save-address').click()
      await other.getByRole('alert').waitFor()
      expect((await orderFromApi(page, orderId)).shipTo?.city).toBe('First')
      await other.unroute('**/api/orders/*')
    } finally {
      await letPaymentsStandStill(page, orderId, 0)
    }
    await Promise.all([
      expectSettledByBoth(page, 'confirmed'),
      expectSettledByBoth(other, 'confirmed'),
    ])
  },
)
