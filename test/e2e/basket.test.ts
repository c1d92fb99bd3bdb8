/** Taking things out of the basket, and back. */
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  CATALOGUE,
  SCREENS,
  SCREEN_NAMES,
  type Visitor,
  addToBasket,
  card,
  untilStill,
} from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

const TABS_MAX = 10

const visit = useVisits()
let visitor: Visitor
let page: Page

afterEach(() => visitor.close())

const row = (sku: string) => page.locator(`[data-testid="basket-row"][data-sku="${sku}"]`)
const notice = () => page.getByTestId('notice')
const focused = () => page.locator(':focus')

async function tabTo(name: string): Promise<void> {
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await page.keyboard.press('Tab')
    if ((await focused().innerText()) === name) return
  }
  throw new Error(`${name} is not among the next ${TABS_MAX} controls`)
}

/** While they go, as on a slow machine. */
const letNoticesLinger = () =>
  page.evaluate(() => {
    const sheet = new CSSStyleSheet()
    sheet.replaceSync('.notice-leave-active { transition-duration: 2s !important }')
    document.adoptedStyleSheets.push(sheet)
  })

describe.each(SCREEN_NAMES)('on a %s', (screen) => {
  beforeEach(async () => {
    visitor = await visit(SCREENS[screen])
    page = visitor.page
    // So low that a notice is over something.
    await page.setViewportSize({ ...SCREENS[screen].viewport, height: 600 })
    await page.goto(CATALOGUE)
    await card(page, 'MUG-CLAY').waitFor()
  })

  it('a line removed by keyboard: the next one has the focus, and Undo is a few tabs away', async () => {
    await addToBasket(page, 'MUG-CLAY')
    await addToBasket(page, 'MUG-CLAY')
    await addToBasket(page, 'LAMP-DESK')
    await untilStill(page)
    await letNoticesLinger()
    await page.getByTestId('basket-link').click()
    await row('MUG-CLAY').getByTestId('remove-line').press('Enter')
    await row('MUG-CLAY').waitFor({ state: 'detached' })
    expect(await row('LAMP-DESK').locator(':focus').count()).toBe(1)
    // It is within what is read aloud when it changes.
    await page.getByRole('status').getByText('Clay mug was removed').waitFor()
    // One that is on its way out would take the focus with it.
    expect(await page.locator('[data-testid="notice"]:not([inert])').count()).toBe(1)

    await tabTo('Undo')
    await page.keyboard.press('Enter')
    await row('MUG-CLAY').waitFor()
    expect(await row('MUG-CLAY').locator('output').innerText()).toBe('2')
    expect(await page.getByTestId('basket-row').first().getAttribute('data-sku')).toBe('MUG-CLAY')
    expect(await row('MUG-CLAY').locator(':focus').count()).toBe(1)
    // Also those that are on their way out.
    await page.waitForFunction(() => document.querySelector('[data-testid="notice"]') === null)
  })

  it('the only line removed: the heading has the focus, and the basket can still be had back', async () => {
    await addToBasket(page, 'MUG-CLAY')
    await page.getByTestId('basket-link').click()
    await row('MUG-CLAY').getByTestId('quantity-less').click()
    await page.getByText('Your basket is empty').waitFor()
    expect(await focused().innerText()).toBe('Your basket')
    await notice().getByRole('button', { name: 'Undo' }).click()
    await row('MUG-CLAY').waitFor()
  })

  it('a notice is not over what was just used, and the end of the page can be seen past it', async () => {
    await page.goto('/p/MUG-CLAY')
    const add = page.getByTestId('product').getByTestId('add-to-basket')
    // At the lower edge of the window, where the notice will be.
    await add.evaluate((control: HTMLElement) => {
      control.focus({ preventScroll: true })
      control.scrollIntoView({ block: 'end' })
    })
    await page.keyboard.press('Space')
    await notice().waitFor()
    await untilStill(page)
    const [control, bar] = await Promise.all([add.boundingBox(), notice().boundingBox()])
    expect((control?.y ?? 0) + (control?.height ?? 0)).toBeLessThan(bar?.y ?? 0)

    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight))
    const [last, over] = await Promise.all([
      page.locator('select[name="language"]').boundingBox(),
      notice().boundingBox(),
    ])
    expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThan(over?.y ?? 0)
  })

  it('is remembered also once the browser has ended the connection to its database', async () => {
    await addToBasket(page, 'MUG-CLAY')
    const browser = await page.context().newCDPSession(page)
    const { origin } = new URL(page.url())
    await browser.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' })
    await addToBasket(page, 'LAMP-DESK')
    await page.goto('/basket')
    await row('LAMP-DESK').waitFor()
    expect(await row('MUG-CLAY').count()).toBe(1)
  })
})
