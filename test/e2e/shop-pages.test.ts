/** Home, categories, search and products, as somebody finds their way through them. */
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { sidewaysPx } from '../support/accessibility.ts'
import { until } from '../support/orders.ts'
import { SCREENS, SCREEN_NAMES, type Screen, type Visitor, card } from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

const { url } = inject('shop')
const visit = useVisits()
let visitor: Visitor
let page: Page

async function enter(screen: Screen): Promise<void> {
  visitor = await visit(SCREENS[screen])
  page = visitor.page
}

const field = () => page.getByRole('searchbox')
const heading = () => page.locator('h1').innerText()
const skusOnPage = () =>
  page
    .getByTestId('product-card')
    .evaluateAll((cards) => cards.map((one) => one.getAttribute('data-sku')))
const indexesLoaded = () =>
  visitor.requests.filter((address) => address.includes('product-index')).length
const untilTitled = (title: string) =>
  until(async () => ((await page.title()) === title ? true : null), {
    withinMs: 10_000,
    what: `the window is called ${title}`,
  })

describe.each(SCREEN_NAMES)('on a %s', (screen) => {
  beforeEach(() => enter(screen))
  afterEach(() => visitor.close())

  describe('from the home page', () => {
    it('a category, and one of its products: each has its address, its title and its heading', async () => {
      await page.goto('/')
      await page.getByTestId('category-tile').filter({ hasText: 'Kitchen' }).click()
      await page.waitForURL(`${url}/c/kitchen`)
      await untilTitled('Kitchen · Edge Saga')
      expect(await heading()).toBe('Kitchen')
      expect(await skusOnPage()).toEqual(['MUG-CLAY', 'TEAPOT-IRON', 'BOARD-CUT'])

      await card(page, 'TEAPOT-IRON').getByTestId('product-link').click()
      await page.waitForURL(`${url}/p/TEAPOT-IRON`)
      await untilTitled('Iron teapot · Edge Saga')
      expect(await heading()).toBe('Iron teapot')
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('H1')
      expect(await skusOnPage()).toEqual(['MUG-CLAY', 'BOARD-CUT'])
      await page.getByRole('navigation', { name: 'You are here' }).getByText('Kitchen').click()
      await page.waitForURL(`${url}/c/kitchen`)
      expect(visitor.complaints).toEqual([])
    })

    it.each([
      ['/c', 'All'],
      ['/c/kitchen', 'Kitchen'],
    ])('at %s, %s is the one that is marked', async (path, name) => {
      await page.goto(path)
      const marked = page.locator('main nav [aria-current="page"]').filter({ hasText: name })
      await marked.last().waitFor()
      const chips = page.getByRole('navigation', { name: 'Categories' })
      expect(await chips.locator('[aria-current="page"]').allInnerTexts()).toEqual([name])
    })

    it('the title is in the language of the page, also when that changes', async () => {
      await page.goto('/c/kitchen')
      await untilTitled('Kitchen · Edge Saga')
      await page.locator('select[name="language"]').selectOption('es')
      await untilTitled('Cocina · Edge Saga')
      expect(await heading()).toBe('Cocina')
    })
  })

  describe('a product', () => {
    it('says how many are left, and puts as many as wanted into the basket, but not more', async () => {
      await page.goto('/p/VASE-BLUE')
      const left = Number(await page.getByTestId('product').getAttribute('data-available'))
      expect(left).toBeGreaterThan(1)
      expect(await page.getByTestId('stock').innerText()).toContain(String(left))
      const more = page.getByTestId('quantity-more')
      expect(await page.getByTestId('quantity-less').isDisabled()).toBe(true)
      for (let wanted = 1; wanted < left; wanted += 1) await more.click()
      expect(await more.isDisabled()).toBe(true)
      await page.locator('main').getByTestId('add-to-basket').first().click()
      expect(await page.getByTestId('basket-count').innerText()).toBe(String(left))
      const add = page.getByTestId('product').getByTestId('add-to-basket')
      expect(await add.isDisabled()).toBe(true)
    })

    it.each(['/p/NO-SUCH', '/c/no-such'])('%s: not found, and the title says so', async (path) => {
      await page.goto(path)
      await untilTitled('Not found · Edge Saga')
      expect(await heading()).toBe('There is nothing here')
    })
  })

  describe('searching', () => {
    it('by keyboard, with a slip: finds it, and the address can be sent on', async () => {
      await page.goto('/')
      // Where there is no room for the field, a link leads to it.
      if (screen === 'phone') await page.getByRole('link', { name: 'Search' }).click()
      await field().fill('tepot')
      await field().press('Enter')
      await page.waitForURL(`${url}/search?q=tepot`)
      await card(page, 'TEAPOT-IRON').waitFor()
      expect(await heading()).toBe('Results for “tepot”')
      await untilTitled('Results for “tepot” · Edge Saga')
      await page.reload()
      await card(page, 'TEAPOT-IRON').waitFor()
      expect(await field().inputValue()).toBe('tepot')
    })

    it('as it is typed the results follow, and the field keeps the focus', async () => {
      await page.goto('/search')
      await page.getByTestId('search-hints').waitFor()
      await field().pressSequentially('umbr')
      await card(page, 'UMBRELLA-RED').waitFor()
      await page.waitForURL(`${url}/search?q=umbr`)
      expect(await skusOnPage()).toEqual(['UMBRELLA-RED'])
      expect(await page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('q')
    })

    it('for nothing that is sold: says so, and where to go on', async () => {
      await page.goto('/search?q=xylophone')
      const hints = page.getByTestId('search-hints')
      await page.getByText('Nothing found. Check the spelling').waitFor()
      expect(await hints.getByRole('link', { name: 'Kitchen' }).count()).toBe(1)
      expect(await skusOnPage()).toHaveLength(4)
    })

    it('is loaded by who searches, and by nobody else', async () => {
      await page.goto('/c')
      await card(page, 'MUG-CLAY').waitFor()
      expect(indexesLoaded()).toBe(0)
      await page.goto('/search?q=mug')
      await card(page, 'MUG-CLAY').waitFor()
      expect(indexesLoaded()).toBe(1)
    })

    it('that cannot be loaded: says so, and tries again', async () => {
      await page.route('**/product-index-*.js', (route) => route.abort())
      await page.goto('/search?q=mug')
      const again = page.getByRole('button', { name: 'Try again' })
      await again.waitFor()
      await page.unroute('**/product-index-*.js')
      await again.click()
      await card(page, 'MUG-CLAY').waitFor()
      expect(await again.count()).toBe(0)
    })
  })
})

describe.each(['en-US', 'ar-EG'])('on phones, %s', (locale) => {
  it.each([
    ['/', 320, '100%'],
    ['/c/living', 320, '100%'],
    ['/search?q=xylophone', 320, '100%'],
    ['/p/VASE-BLUE', 320, '100%'],
    ['/', 390, '200%'],
  ] as const)(
    '%s, %i px wide, with text of %s, does not scroll sideways',
    async (path, width, text) => {
      const { page: phone, close } = await visit({ locale })
      await phone.setViewportSize({ width, height: 640 })
      await phone.goto(path)
      await phone.getByTestId('add-to-basket').first().waitFor()
      expect(await sidewaysPx(phone, text)).toBe(0)
      await close()
    },
  )
})

it.each([
  ['en-US', 320],
  ['es-ES', 320],
  ['ar-EG', 320],
  ['es-ES', 375],
])(
  'in %s, %i px wide: categories are within their tiles, which have their places before',
  async (locale, width) => {
    const { page: phone, close } = await visit({ locale })
    await phone.setViewportSize({ width, height: 640 })
    const catalogue = Promise.withResolvers<void>()
    await phone.route('**/api/catalog', async (route) => {
      await catalogue.promise
      await route.continue()
    })
    await phone.goto('/')
    const places = phone.locator('main .grid').first()
    const before = await places.boundingBox()
    catalogue.resolve()
    const tiles = phone.getByTestId('category-tile')
    await tiles.first().waitFor()
    expect(await places.boundingBox()).toEqual(before)
    const over = await tiles.evaluateAll((all) =>
      all.map((tile) => tile.scrollWidth - tile.clientWidth),
    )
    expect(over).toEqual([0, 0, 0, 0])
    await close()
  },
)
