/** A new version of the shop comes out while a page of the old one is open. */
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, expect, inject, it } from 'vitest'
import { SECOND, serveTwoVersions } from '../support/two-versions.ts'
import { CATALOGUE, card } from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

const shop = inject('shop')
const visit = useVisits()
let versions: Awaited<ReturnType<typeof serveTwoVersions>>

beforeEach(async () => {
  versions = await serveTwoVersions(shop.url)
})
afterEach(() => versions.stop())

const scriptOf = (page: Page) => page.locator('script[type="module"]').getAttribute('src')
/** It is once it has thrown away what it will. */
const untilActivated = (page: Page) =>
  page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated')
/** A mark that is gone once the page was loaded anew. */
const mark = (page: Page) => page.evaluate(() => document.body.setAttribute('data-mark', ''))
const isMarked = (page: Page) => page.locator('body[data-mark]').count()

it('S2: the open page goes on with its own chunks, and the next that is loaded is the new one', async () => {
  const { page, close } = await visit({ serviceWorkers: 'allow' }, versions.url)
  await page.goto(CATALOGUE)
  await card(page, 'MUG-CLAY').waitFor()
  await untilActivated(page)
  await mark(page)
  versions.deploySecond()
  const taken = page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        navigator.serviceWorker.addEventListener('controllerchange', () => resolve())
      }),
  )
  await page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update()
  })
  await taken
  await untilActivated(page)

  await page.getByTestId('basket-link').click()
  await page.getByText('Your basket is empty').waitFor()
  expect(await isMarked(page)).toBe(1)
  expect(await scriptOf(page)).not.toContain(SECOND)
  await page.reload()
  await page.getByText('Your basket is empty').waitFor()
  expect(await scriptOf(page)).toContain(SECOND)
  await close()
})

it('without a service worker: a page whose chunk is gone is loaded as it is now', async () => {
  const { page, close } = await visit({}, versions.url)
  await page.goto(CATALOGUE)
  await card(page, 'MUG-CLAY').waitFor()
  await mark(page)
  versions.deploySecond()
  await page.getByTestId('basket-link').click()
  await page.getByText('Your basket is empty').waitFor()
  expect(new URL(page.url()).pathname).toBe('/basket')
  expect(await isMarked(page)).toBe(0)
  expect(await scriptOf(page)).toContain(SECOND)
  await close()
})
