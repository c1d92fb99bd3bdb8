/** What a first visit costs the visitor: the scripts of the home page, as the browser loads them. */
import { gzipSync } from 'node:zlib'
import type { Browser, Response } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { launchBrowser } from '../support/browser.ts'
import { openVisitor } from '../support/visitor.ts'

/** Compressed, as a network carries them. */
const SCRIPT_BYTES_MAX = 150_000

const { url } = inject('shop')
let browser: Browser
beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

it(`the home page takes at most ${SCRIPT_BYTES_MAX} bytes of scripts, all from its own origin`, async () => {
  // Without its service worker, which takes the rest of the shop when the page is done.
  const { page, requests, close } = await openVisitor(browser, url)
  const scripts: Response[] = []
  page.on('response', (response) => {
    if (response.request().resourceType() === 'script') scripts.push(response)
  })
  await page.goto('/', { waitUntil: 'networkidle' })
  await page.getByTestId('category-tile').first().waitFor()

  const sizes = await Promise.all(
    scripts.map(async (script) => ({
      path: new URL(script.url()).pathname,
      bytes: gzipSync(await script.body()).length,
    })),
  )
  const paths = sizes.map(({ path }) => path)
  expect(new Set(paths).size, 'none is loaded twice').toBe(paths.length)
  expect(
    paths.some((path) => path.includes('home-page')),
    'they were seen',
  ).toBe(true)
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0)
  const largestFirst = sizes.toSorted((one, other) => other.bytes - one.bytes)
  expect(total, JSON.stringify(largestFirst, null, 1)).toBeLessThanOrEqual(SCRIPT_BYTES_MAX)
  expect(requests.filter((address) => !address.startsWith(`${url}/`))).toEqual([])
  await close()
})
