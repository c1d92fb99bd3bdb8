/** What a visitor does while it is measured. */
import type { Page } from 'playwright-core'
import { untilSettledOnPage } from '../../test/support/order-page.ts'
import { addToBasket, fillCheckout, placeOrder, untilStill } from '../../test/support/visitor.ts'

export type Journey = { name: string; about: string; go: (page: Page) => Promise<void> }

async function visit(page: Page, path: string, testId: string): Promise<void> {
  await page.goto(path, { waitUntil: 'networkidle' })
  await page.getByTestId(testId).first().waitFor()
  await untilStill(page)
}

async function order(page: Page): Promise<void> {
  await visit(page, '/', 'category-tile')
  await addToBasket(page, 'MUG-CLAY')
  await fillCheckout(page, { coupon: 'WELCOME10', points: 100 })
  // Filled in by hand in part: what is set at once is no input that the browser times.
  await page.locator('input[name="line1"]').pressSequentially(', 2nd floor')
  await placeOrder(page)
  const status = await untilSettledOnPage(page)
  if (status !== 'confirmed') throw new Error(`The order is ${status} instead of confirmed.`)
  await untilStill(page)
}

export const JOURNEYS: readonly Journey[] = [
  {
    name: 'home',
    about: 'first visit of the first page',
    go: (page) => visit(page, '/', 'category-tile'),
  },
  {
    name: 'product',
    about: 'first visit, of a product',
    go: (page) => visit(page, '/p/LAMP-DESK', 'product'),
  },
  { name: 'order', about: 'first page, basket, checkout, until the order is settled', go: order },
]
