/** A whole purchase without a mouse, on a page that does not move under the shopper's hands. */
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { ADDRESS, until } from '../support/orders.ts'
import { SHIFT_MAX, type Shift, shiftSum, vitalsOf, watchVitals } from '../support/page-vitals.ts'
import { orderFromApi, untilSettledOnPage } from '../support/order-page.ts'
import { type Visitor, untilStill } from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

const TABS_MAX = 60
const AROUND_PX = 8

const visit = useVisits()
let visitor: Visitor
let page: Page
const seen = { headings: new Array<string>(), unmarked: new Array<string>() }
let order: Awaited<ReturnType<typeof orderFromApi>>
let shifts: Shift[]

const press = (key: string) => page.keyboard.press(key)

/** Goes on with Tab until the focus is on what `selector` names, and looks whether that can be seen. */
async function tabTo(selector: string): Promise<void> {
  for (let tabs = 0; tabs < TABS_MAX; tabs += 1) {
    await press('Tab')
    const isThere = await page.evaluate(
      (wanted) => document.activeElement?.matches(wanted),
      selector,
    )
    if (!isThere) continue
    if (!(await isFocusVisible())) seen.unmarked.push(selector)
    return
  }
  throw new Error(`${selector} is not among the next ${TABS_MAX} controls`)
}

/** With the focus it looks other than without. */
async function isFocusVisible(): Promise<boolean> {
  await untilStill(page)
  const focused = await page.evaluateHandle(() => document.activeElement)
  // Some controls are larger than what has the focus in them.
  const whole = await focused.evaluateHandle(
    (focus) => focus?.closest('label, [data-testid="product-card"]') ?? focus,
  )
  const box = await whole.asElement()?.boundingBox()
  if (!box) return false
  const clip = {
    x: Math.max(0, box.x - AROUND_PX),
    y: Math.max(0, box.y - AROUND_PX),
    width: box.width + 2 * AROUND_PX,
    height: box.height + 2 * AROUND_PX,
  }
  const look = () => page.screenshot({ clip, animations: 'disabled', caret: 'hide' })
  const marked = await look()
  await focused.evaluate((control) => control instanceof HTMLElement && control.blur())
  const plain = await look()
  await focused.evaluate(
    (control) => control instanceof HTMLElement && control.focus({ preventScroll: true }),
  )
  return !marked.equals(plain)
}

/** Each page begins at its heading. */
async function arriveAt(path: RegExp): Promise<void> {
  await page.waitForURL(path)
  await until(() => page.evaluate(() => (document.activeElement?.tagName === 'H1' ? true : null)), {
    withinMs: 10_000,
    what: `the heading of ${path} has the focus`,
  })
  seen.headings.push(await page.locator(':focus').innerText())
}

async function buy(): Promise<void> {
  await page.goto('/')
  await page.getByTestId('category-tile').first().waitFor()
  await tabTo('[data-testid="category-tile"]')
  await press('Enter')
  await arriveAt(/\/c\/kitchen$/)
  await tabTo('[data-testid="product-link"]')
  await press('Enter')
  await arriveAt(/\/p\/MUG-CLAY$/)
  await tabTo('[data-testid="quantity-more"]')
  await press('Space')
  await tabTo('[data-testid="add-to-basket"]')
  await press('Space')
  await page.getByTestId('notice').waitFor()
  await tabTo('[data-testid="notice"] button')
  await press('Enter')
  await arriveAt(/\/basket$/)
  await tabTo('[data-testid="checkout-link"]')
  await press('Enter')
  await arriveAt(/\/checkout$/)
  await tabTo('select[name="country"]')
  await page.keyboard.type('United States')
  for (const name of ['name', 'line1', 'city', 'region', 'postalCode'] as const) {
    await tabTo(`input[name="${name}"]`)
    await page.keyboard.type(ADDRESS[name])
  }
  await page.getByTestId('delivery-day').first().waitFor()
  await tabTo('[data-testid="delivery-day"] input')
  await press('Space')
  await page.locator('[data-testid="place-order"]:not([disabled])').waitFor()
  await tabTo('[data-testid="place-order"]')
  await press('Enter')
  await arriveAt(/\/orders\/ord_/)
}

beforeAll(async () => {
  visitor = await visit({ serviceWorkers: 'allow' })
  page = visitor.page
  await page.addInitScript(watchVitals)
  await buy()
  await untilSettledOnPage(page)
  order = await orderFromApi(page, new URL(page.url()).pathname.split('/').at(-1) ?? '')
  shifts = (await vitalsOf(page)).shifts
})

describe('a purchase by keyboard alone', () => {
  it('ends with the order that was wanted', () => {
    expect(order).toMatchObject({ status: 'confirmed', lines: [{ sku: 'MUG-CLAY', quantity: 2 }] })
    expect(visitor.complaints).toEqual([])
  })

  it('begins every page at its heading', () => {
    expect(seen.headings.slice(0, 4)).toEqual(['Kitchen', 'Clay mug', 'Your basket', 'Checkout'])
    expect(seen.headings).toHaveLength(5)
  })

  it('shows where the focus is, on every control that was used', () => {
    expect(seen.unmarked).toEqual([])
  })

  it(`moves nothing under their hands: at most ${SHIFT_MAX} of shift until the order is settled`, () => {
    expect(shiftSum(shifts), JSON.stringify(shifts, null, 1)).toBeLessThanOrEqual(SHIFT_MAX)
  })
})
