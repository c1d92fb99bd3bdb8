/** A browser that blocks cookies for the shop, and with them all that it could remember. */
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { CATALOGUE, card } from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

const visit = useVisits()

async function blockCookies(page: Page): Promise<void> {
  await page.route('**/api/session', async (route) => {
    const response = await route.fetch()
    const { 'set-cookie': _dropped, ...headers } = response.headers()
    await page.context().clearCookies()
    await route.fulfill({ response, headers })
  })
  await page.addInitScript(() => {
    const refuse = {
      get: () => {
        throw new DOMException('Access is denied for this document.', 'SecurityError')
      },
    }
    for (const name of ['localStorage', 'sessionStorage', 'indexedDB']) {
      Object.defineProperty(window, name, refuse)
    }
    // As Firefox does.
    Object.defineProperty(window, 'BroadcastChannel', refuse)
    LockManager.prototype.request = () =>
      Promise.reject(new DOMException('request() is not allowed in this context', 'SecurityError'))
  })
}

it('shows the shop, says what does not work without, and leaves the server alone', async () => {
  const { page, requests } = await visit()
  await blockCookies(page)
  await page.goto(CATALOGUE)
  await card(page, 'MUG-CLAY').waitFor()
  await page.getByTestId('cookie-note').waitFor()
  await page.waitForLoadState('networkidle')
  const asked = requests.filter((url) => /\/api\/(?:me|session)$/.test(url))
  expect(asked.length).toBeLessThan(10)

  await page.getByRole('button', { name: /dark/i }).click()
  await page.locator('html.dark').waitFor()
  await page.getByTestId('basket-link').click()
  await page.getByText('Your basket is empty').waitFor()
})
