import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { PLENTIFUL, until } from '../support/orders.ts'
import { expectSettledByBoth } from '../support/expect-settled.ts'
import { orderFromApi, statusOnPage, untilSettledOnPage } from '../support/order-page.ts'
import {
  CATALOGUE,
  SCREENS,
  SCREEN_NAMES,
  type Screen,
  type Visitor,
  addToBasket,
  availableOnPage,
  card,
  fillCheckout,
  meFromApi,
  placeOrder,
  pointsOnPage,
} from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

const visit = useVisits()

let visitor: Visitor
afterEach(() => visitor.close())
const isPlacing = (method: string, address: string): boolean =>
  method === 'POST' && new URL(address).pathname === '/api/orders'

const enter = async (screen: Screen): Promise<void> => {
  visitor = await visit(SCREENS[screen])
  await visitor.page.goto(CATALOGUE)
}

describe.each(SCREEN_NAMES)('buying something on a %s', (screen) => {
  beforeEach(() => enter(screen))

  it('good card, coupon and points: confirmed, then returned; the page says what the API says', async () => {
    const { page } = visitor
    const pointsBefore = await pointsOnPage(page)
    await addToBasket(page, PLENTIFUL)
    await fillCheckout(page, { coupon: 'WELCOME10', points: 150 })
    const sent = page.waitForRequest((one) => isPlacing(one.method(), one.url()))
    const orderId = await placeOrder(page)
    expect((await sent).headers()).toHaveProperty('quote-token')

    const order = await expectSettledByBoth(page, 'confirmed')
    expect(order).toMatchObject({ id: orderId, coupon: 'WELCOME10', points: 150 })
    const { points } = await meFromApi(page)
    expect(points).toEqual({ available: pointsBefore - 150, frozen: 0 })
    await until(async () => ((await pointsOnPage(page)) === points.available ? true : null), {
      withinMs: 10_000,
      what: 'the page shows the balance of the API',
    })

    await page.getByTestId('return-order').click()
    await statusOnPage(page, 'returned').waitFor()
    await expectSettledByBoth(page, 'returned')
    await until(async () => ((await pointsOnPage(page)) === pointsBefore ? true : null), {
      withinMs: 10_000,
      what: 'the points are back on the page',
    })
    expect((await meFromApi(page)).coupons.map(({ code }) => code)).toContain('WELCOME10')
  })

  it('declined card: everything is given back on the page, with the reason', async () => {
    const { page } = visitor
    const pointsBefore = await pointsOnPage(page)
    const stockBefore = await availableOnPage(page, 'CLOCK-WALL')
    await addToBasket(page, 'CLOCK-WALL')
    await fillCheckout(page, { coupon: 'WELCOME10', points: 200, card: 'tok_declined' })
    const orderId = await placeOrder(page)

    expect(await untilSettledOnPage(page)).toBe('failed')
    expect(await page.getByTestId('order-reason').textContent()).toMatch(/declined/i)
    const released = await page
      .getByTestId('released-item')
      .evaluateAll((items) => items.map((item) => item.getAttribute('data-domain')))
    expect(new Set(released)).toEqual(new Set(['inventory', 'coupons', 'points', 'logistics']))

    const { failure } = await orderFromApi(page, orderId)
    expect(failure).toMatchObject({ code: 'card-declined', step: 'charge-card' })
    expect(failure?.released.every(({ state }) => state === 'released')).toBe(true)
    await until(async () => ((await pointsOnPage(page)) === pointsBefore ? true : null), {
      withinMs: 10_000,
      what: 'the points are back on the page',
    })
    expect((await meFromApi(page)).points).toEqual({ available: pointsBefore, frozen: 0 })
    expect((await meFromApi(page)).coupons.map(({ code }) => code)).toContain('WELCOME10')

    await page.goto(CATALOGUE)
    await card(page, 'CLOCK-WALL').waitFor()
    expect(await availableOnPage(page, 'CLOCK-WALL')).toBe(stockBefore)
  })
})

describe.each(SCREEN_NAMES)('while an order is under way on a %s', (screen) => {
  beforeEach(() => enter(screen))

  it('submitting: stock and points are off the page before the server has answered', async () => {
    const { page } = visitor
    const pointsBefore = await pointsOnPage(page)
    await addToBasket(page, PLENTIFUL)
    await fillCheckout(page, { points: 100 })
    // The order leaves the browser, and its answer is held back until the page was looked at.
    const look = Promise.withResolvers<void>()
    await page.route('**/api/orders', async (route) => {
      await look.promise
      await route.continue()
    })
    await placeOrder(page)
    expect(await page.getByTestId('order-status').getAttribute('data-status')).toBe('pending')
    expect(await pointsOnPage(page)).toBe(pointsBefore - 100)
    look.resolve()
    expect(await untilSettledOnPage(page)).toBe('confirmed')
  })

  it('reload in the middle of an order: the page finds it again and shows its end', async () => {
    const { page } = visitor
    await addToBasket(page, PLENTIFUL)
    // Answers after 5 s, so there is a middle.
    await fillCheckout(page, { card: 'tok_slow' })
    const orderId = await placeOrder(page)
    await until(
      async () => ((await page.request.get(`/api/orders/${orderId}`)).ok() ? true : null),
      { withinMs: 10_000, what: 'the order has arrived' },
    )
    await page.reload()
    await page.getByTestId('order-status').waitFor()
    expect(await page.getByTestId('order-status').getAttribute('data-settled')).toBe('false')

    expect(await untilSettledOnPage(page)).toBe('confirmed')
    expect((await orderFromApi(page, orderId)).status).toBe('confirmed')
  })

  it('cancelled from the page: ends cancelled, and the basket can be filled again', async () => {
    const { page } = visitor
    const { operatorToken } = inject('shop')
    const slow = { latencyMs: 1_500, transientRate: 0, rejectRate: 0, dropReplyRate: 0 }
    const setFaults = (latencyMs: number) =>
      page.request.put('/api/dev/faults/logistics', {
        headers: { authorization: `Bearer ${operatorToken}` },
        data: { ...slow, latencyMs, duplicateRate: 0, only: { step: 'reserve-delivery' } },
      })
    await addToBasket(page, PLENTIFUL)
    await fillCheckout(page)
    await setFaults(1_500)
    try {
      await placeOrder(page)
      await page.getByTestId('cancel-order').click()
      expect(await untilSettledOnPage(page)).toBe('cancelled')
    } finally {
      await setFaults(0)
    }
    await page.getByTestId('restore-basket').click()
    expect(await page.getByTestId('basket-count').textContent()).toBe('1')
  })
})
