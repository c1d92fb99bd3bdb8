/** The scenario bar of development: each click is a real order, and the page tells what comes of it. */
import type { Page } from 'playwright-core'
import { describe, expect, inject, it } from 'vitest'
import { expectSettledByBoth } from '../support/expect-settled.ts'
import { untilSettledOnPage } from '../support/order-page.ts'
import { SCREENS, SCREEN_NAMES, type Screen } from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

const visit = useVisits()

async function play(scenario: string, screen: Screen): Promise<Page> {
  const { page } = await visit(SCREENS[screen])
  await page.goto('/')
  await page.locator('[data-testid="points-balance"][data-points]').waitFor({ state: 'attached' })
  await page.getByTestId(`scenario-${scenario}`).click()
  await page.waitForURL(/\/orders\/ord_/)
  return page
}

const ENDS = [
  ['card-declined', 'failed', 'card-declined'],
  ['stock-runs-out', 'failed', 'out-of-stock'],
  ['payments-stall', 'confirmed', undefined],
  ['answer-lost', 'confirmed', undefined],
] as const
const PLAYS = SCREEN_NAMES.flatMap((screen) =>
  ENDS.map(([scenario, status, code]) => ({ screen, scenario, status, code })),
)

// First: the payments' queue would hold up what it asks again, once they have stalled.
describe('object-killed', () => {
  it.concurrent.each(SCREEN_NAMES)('on a %s kills it, and the order goes on', async (screen) => {
    const page = await play('object-killed', screen)
    const killed = page.waitForResponse('**/api/dev/scenarios/object-killed')
    expect((await killed).status()).toBe(204)
    await expectSettledByBoth(page, 'confirmed')
  })
})

describe('the scenario', () => {
  it.concurrent.each(PLAYS)(
    '$scenario on a $screen ends $status, on the page and in the API',
    async ({ screen, scenario, status, code }) => {
      const { failure } = await expectSettledByBoth(await play(scenario, screen), status)
      expect(failure?.code).toBe(code)
    },
  )
})

it('an order that went wrong is one click away from the console', async () => {
  const { page } = await visit()
  await page.goto(`/console#token=${inject('shop').operatorToken}`)
  await page.getByTestId('sign-out').waitFor()
  await page.goto('/')
  await page.getByTestId('scenario-card-declined').click()
  await page.waitForURL(/\/orders\/ord_/)
  await untilSettledOnPage(page)
  await page.getByTestId('on-console').click()
  await page.locator('[data-testid="saga-status"][data-status="compensated"]').waitFor()
  expect(page.url()).toContain('/console#/sagas/ord_')
})
