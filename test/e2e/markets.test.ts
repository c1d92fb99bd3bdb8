/** A shopper from Japan: yen on every page, in the order, and at the card, and an address as it is written there. */
import type { Page } from 'playwright-core'
import { expect, inject, it } from 'vitest'
import { operatorOf } from '../../scripts/client/operator.ts'
import { PLENTIFUL, TOKYO } from '../support/orders.ts'
import { orderFromApi, untilSettledOnPage } from '../support/order-page.ts'
import {
  CATALOGUE,
  SCREENS,
  SCREEN_NAMES,
  addToBasket,
  card,
  fillCheckout,
  placeOrder,
} from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

const { url, operatorToken } = inject('shop')
const visit = useVisits()

const inEuros = (page: Page) =>
  card(page, PLENTIFUL)
    .getByText(/^€[\d,]+\.\d\d$/)
    .waitFor()

it.each(SCREEN_NAMES)(
  'on a %s, prices are whole yen from the catalogue to the capture, until another currency is chosen',
  async (screen) => {
    const { page, close } = await visit({ locale: 'ja-JP', ...SCREENS[screen] })
    await page.goto(CATALOGUE)
    await card(page, PLENTIFUL)
      .getByText(/^¥[\d,]+$/)
      .waitFor()
    await addToBasket(page, PLENTIFUL)
    await fillCheckout(page, { points: 100, address: TOKYO })
    await page.locator('input[name="postalCode"]').fill('1000001')
    const orderId = await placeOrder(page)
    expect(await untilSettledOnPage(page)).toBe('confirmed')

    expect(await page.getByTestId('ship-to').innerText()).toBe(
      ['100-0001', 'Tokyo Chiyoda-ku', '1-1 Chiyoda', 'Ada Lovelace', 'Japan'].join('\n'),
    )
    const order = await orderFromApi(page, orderId)
    expect(order.shipTo).toEqual(TOKYO)
    expect(order.total.currency).toBe('JPY')
    expect(order.pointsDiscount).toEqual({ amount: 100, currency: 'JPY' })
    // Captures are compared with their orders, amount and currency.
    const { violations } = await operatorOf(url, operatorToken).audit()
    expect(violations).toEqual([])

    const other = await page.context().newPage()
    await Promise.all([page.goto(CATALOGUE), other.goto(CATALOGUE)])
    await page.locator('select[name="currency"]').selectOption('EUR')
    await Promise.all([inEuros(page), inEuros(other)])
    await page.reload()
    await inEuros(page)
    // What was ordered in yen stays in yen.
    await page.goto(`/orders/${orderId}`)
    await page
      .locator('aside')
      .getByText(/^¥[\d,]+$/)
      .first()
      .waitFor()
    await close()
  },
)

it('another currency at the checkout keeps the points that it can use', async () => {
  const { page, close } = await visit({ locale: 'ja-JP' })
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
