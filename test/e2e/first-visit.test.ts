/** What a first visit costs the visitor: the scripts of the home page, as the browser loads them. */
import { expect, inject, it } from 'vitest'
import { watchLoads } from '../support/page-loads.ts'
import { useVisits } from '../support/visits.ts'

/** Compressed, as a network carries them. */
const SCRIPT_BYTES_MAX = 150_000

const { url } = inject('shop')
const visit = useVisits()

it(`the home page takes at most ${SCRIPT_BYTES_MAX} bytes of scripts, all from its own origin`, async () => {
  // Without its service worker, which takes the rest of the shop when the page is done.
  const { page, requests, close } = await visit()
  const loads = await watchLoads(page)
  await page.goto('/', { waitUntil: 'networkidle' })
  await page.getByTestId('category-tile').first().waitFor()

  const scripts = loads.filter(({ isScript }) => isScript)
  const paths = scripts.map((script) => new URL(script.url).pathname)
  expect(new Set(paths).size, 'none is loaded twice').toBe(paths.length)
  expect(
    paths.some((path) => path.includes('home-page')),
    'they were seen',
  ).toBe(true)
  const total = scripts.reduce((sum, { bodyBytes }) => sum + bodyBytes, 0)
  const largestFirst = scripts.toSorted((one, other) => other.bodyBytes - one.bodyBytes)
  expect(total, JSON.stringify(largestFirst, null, 1)).toBeLessThanOrEqual(SCRIPT_BYTES_MAX)
  expect(requests.filter((address) => !address.startsWith(`${url}/`))).toEqual([])
  await close()
})

it("nothing of the operators' console comes along, neither with the page nor with its service worker", async () => {
  const texts = await Promise.all(
    ['/', '/service-worker.js'].map(async (path) => (await fetch(`${url}${path}`)).text()),
  )
  expect(texts.map((text) => text.includes('/assets/index-'))).toEqual([true, true])
  expect(texts.map((text) => text.includes('/assets/console/'))).toEqual([false, false])
  const ours = await (await fetch(`${url}/console`)).text()
  expect(ours).toContain('/assets/console/')
})
