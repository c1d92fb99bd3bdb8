/** A first visit: what it costs the visitor in scripts, as the browser loads them, and who they are from then on. */
import { expect, inject, it } from 'vitest'
import { sessionSchema } from '../../worker/api/session-contract.ts'
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

it('two tabs at once are one customer, who can order in both', async () => {
  const { page, close } = await visit()
  const context = page.context()
  const tabs = [page, await context.newPage()]
  const customers: string[] = []
  const { promise: loaded, resolve: answer } = Promise.withResolvers<void>()
  await context.route('**/api/session', async (route) => {
    const response = await route.fetch()
    customers.push(sessionSchema.parse(await response.json()).customer)
    await loaded
    await route.fulfill({ response })
  })
  await Promise.all(tabs.map((tab) => tab.goto('/')))
  answer()
  await Promise.all(tabs.map((tab) => tab.waitForSelector('[data-points]', { state: 'attached' })))
  expect(customers).toHaveLength(2)
  expect(customers[1]).toBe(customers[0])
  await close()
})
