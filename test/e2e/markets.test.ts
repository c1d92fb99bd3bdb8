/** A shopper from Japan: yen on every page, in the order, and at the card. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { operatorOf } from '../../scripts/client/operator.ts'
import { launchBrowser } from '../support/browser.ts'
import { PLENTIFUL } from '../support/orders.ts'
import {
  CATALOGUE,
  addToBasket,
  card,
  fillCheckout,
  openVisitor,
  orderFromApi,
  placeOrder,
  untilSettledOnPage,
} from '../support/visitor.ts'

const { url, operatorToken } = inject('shop')
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

it('prices are whole yen from the catalogue to the capture, until another currency is chosen', async () => {
  const { page, close } = await openVisitor(browser, url, { locale: 'ja-JP' })
  await page.goto(CATALOGUE)
  await card(page, PLENTIFUL)
    .getByText(/^¥[\d,]+$/)
    .waitFor()
  await addToBasket(page, PLENTIFUL)
  await fillCheckout(page, { points: 100 })
  const orderId = await placeOrder(page)
  expect(await untilSettledOnPage(page)).toBe('confirmed')

  const order = await orderFromApi(page, orderId)
  expect(order.total.currency).toBe('JPY')
  expect(order.pointsDiscount).toEqual({ amount: 100, currency: 'JPY' })
  // Captures are compared with their orders, amount and currency.
  const { violations } = await operatorOf(url, operatorToken).audit()
  expect(violations).toEqual([])

  await page.goto(CATALOGUE)
  await page.locator('select[name="currency"]').selectOption('EUR')
  await card(page, PLENTIFUL)
    .getByText(/^€[\d,]+\.\d\d$/)
    .waitFor()
  await page.reload()
  await card(page, PLENTIFUL)
    .getByText(/^€[\d,]+\.\d\d$/)
    .waitFor()
  // What was ordered in yen stays in yen.
  await page.goto(`/orders/${orderId}`)
  await page
    .locator('aside')
    .getByText(/^¥[\d,]+$/)
    .first()
    .waitFor()
  await close()
})

it('another currency at the checkout keeps the points that it can use', async () => {
  const { page, close } = await openVisitor(browser, url, { locale: 'ja-JP' })
  await page.goto(CATALOGUE)
  await addToBasket(page, PLENTIFUL)
  await fillCheckout(page, { points: 300 })
  const total = (amount: RegExp) => page.getByTestId('order-total').getByText(amount).waitFor()
  await total(/^¥[\d,]+$/)
  await page.locator('select[name="currency"]').selectOption('CNY')
  await total(/^CN¥[\d,]+\.\d\d$/)
  await page.locator('[data-testid="place-order"]:not([disabled])').waitFor()
  expect(await page.getByTestId('points-slider').inputValue()).toBe('300')
  await close()
})
