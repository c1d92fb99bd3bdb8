/** A page that came by plain HTTP from elsewhere, where a browser has no cryptography. */
import { expect, inject, it } from 'vitest'
import { CATALOGUE, card } from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

const shop = inject('shop')
const visit = useVisits()
const ELSEWHERE = 'http://shop.test'

it('shows the shop, and says that nothing can be ordered on it', async () => {
  const { page } = await visit({}, ELSEWHERE)
  await page.route(`${ELSEWHERE}/**`, async (route) => {
    const { pathname, search } = new URL(route.request().url())
    await route.fulfill({ response: await route.fetch({ url: shop.url + pathname + search }) })
  })
  await page.goto(CATALOGUE)
  await card(page, 'MUG-CLAY').waitFor()
  expect(await page.evaluate(() => window.isSecureContext)).toBe(false)
  await page.getByTestId('encryption-note').waitFor()
  await page.unrouteAll({ behavior: 'ignoreErrors' })
})
