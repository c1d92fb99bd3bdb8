/** The scenario bar of development: each click is a real order, and the page tells what comes of it. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { openVisitor, orderFromApi, stepsOnPage, untilSettledOnPage } from '../support/visitor.ts'

const { url } = inject('shop')
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

async function play(scenario: string): Promise<{ page: Page; orderId: string }> {
  const { page } = await openVisitor(browser, url)
  await page.goto('/')
  await page.locator('[data-testid="points-balance"][data-points]').waitFor({ state: 'attached' })
  await page.getByTestId(`scenario-${scenario}`).click()
  await page.waitForURL(/\/orders\/ord_/)
  return { page, orderId: new URL(page.url()).pathname.split('/').at(-1) ?? '' }
}

describe.concurrent('a click on', () => {
  it.each([
    ['card-declined', 'failed', 'card-declined'],
    ['stock-runs-out', 'failed', 'out-of-stock'],
    ['payments-stall', 'confirmed', undefined],
    ['answer-lost', 'confirmed', undefined],
  ])('%s ends %s, on the page and in the API', async (scenario, status, code) => {
    const { page, orderId } = await play(scenario)
    expect(await untilSettledOnPage(page)).toBe(status)
    const order = await orderFromApi(page, orderId)
    expect([order.status, order.failure?.code]).toEqual([status, code])
    expect(await stepsOnPage(page)).toEqual(
      order.steps.map(({ name, status: is }) => ({ name, status: is })),
    )
  })

  it('object-killed kills it, and the order goes on', async () => {
    const { page, orderId } = await play('object-killed')
    const killed = page.waitForResponse('**/api/dev/scenarios/object-killed')
    expect((await killed).status()).toBe(204)
    expect(await untilSettledOnPage(page)).toBe('confirmed')
    expect((await orderFromApi(page, orderId)).status).toBe('confirmed')
  })
})
