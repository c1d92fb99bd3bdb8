/** What can be seen without an order. */
import type { Page } from 'playwright-core'
import { CATALOGUE, addToBasket, card, fillCheckout } from '../../test/support/visitor.ts'
import type { ShownPage } from './shown.ts'

/** From the shop's categories: nothing that orders here would use up. */
const WANTED = ['LAMP-DESK', 'TEAPOT-IRON', 'THROW-WOOL']

export async function fillBasket(page: Page): Promise<void> {
  await page.goto(CATALOGUE)
  for (const sku of WANTED) await addToBasket(page, sku)
}

async function readyToPlace(page: Page): Promise<void> {
  await fillBasket(page)
  await fillCheckout(page, { coupon: 'WELCOME10', points: 200 })
  await page.locator('[data-testid="place-order"]:not([disabled])').waitFor()
}

async function offline(page: Page): Promise<void> {
  await page.goto(CATALOGUE)
  await card(page, 'MUG-CLAY').waitFor()
  await page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated')
  await page.context().setOffline(true)
  await page.reload()
  await card(page, 'MUG-CLAY').waitFor()
  await page.getByTestId('offline-note').waitFor()
}

/** At an address, once something is there. */
const at =
  (path: string, testId: string) =>
  async (page: Page): Promise<void> => {
    await page.goto(path)
    await page.getByTestId(testId).first().waitFor()
  }

export const SHOP_PAGES: readonly ShownPage[] = [
  { name: 'home', about: 'the first page', bring: at('/', 'category-tile') },
  { name: 'category', about: 'the kitchen', bring: at('/c/kitchen', 'product-card') },
  { name: 'search', about: 'a search with a slip', bring: at('/search?q=tepot', 'product-card') },
  { name: 'product', about: 'a lamp', bring: at('/p/LAMP-DESK', 'product') },
  {
    name: 'basket',
    about: 'three products',
    bring: async (page) => {
      await fillBasket(page)
      await page.getByTestId('basket-link').click()
      await page.getByTestId('checkout-link').waitFor()
    },
  },
  { name: 'checkout', about: 'filled in, with a coupon and points', bring: readyToPlace },
  {
    name: 'offline',
    about: 'the catalogue without a network',
    withServiceWorker: true,
    bring: offline,
  },
  {
    name: 'not-found',
    about: 'an address that is none',
    bring: async (page) => {
      await page.goto('/no-such-page')
      await page.locator('h1').waitFor()
    },
  },
]
