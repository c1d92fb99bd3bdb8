/** The operators' console: a parked saga is found, understood and repaired; and nobody else gets in. */
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { type Operator, operatorOf } from '../../scripts/client/operator.ts'
import { listenLocally } from '../../scripts/local/http-receiver.ts'
import { shortOrderNumber } from '../../web/src/composables/order-number.ts'
import { seriousFindings, sidewaysPx, smallTargets } from '../support/accessibility.ts'
import { until } from '../support/orders.ts'
import { type ParkedOrder, parkOrder } from '../support/parked-order.ts'
import { SCREENS } from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

const { url, operatorToken } = inject('shop')
const visit = useVisits()
const operator: Operator = operatorOf(url, operatorToken)
const ENTRY = `/console#token=${operatorToken}`

let parked: ParkedOrder
beforeAll(async () => {
  parked = await parkOrder(url, operator)
})
afterAll(() => parked.mend())

const step = (page: Page, name: string) =>
  page.locator(`[data-testid="history-step"][data-step="${name}"]`)

const cardOf = (page: Page, force: string) =>
  page.locator(`[data-testid="domain"][data-domain="coupons"][data-force="${force}"]`)

async function enter(page: Page): Promise<void> {
  await page.goto(ENTRY)
  await page.getByTestId('saga-row').first().waitFor()
}

async function sign(page: Page, reason: string): Promise<void> {
  const dialog = page.getByTestId('intent')
  await dialog.locator('input[name="by"]').fill('Ann')
  await dialog.locator('input[name="reason"]').fill(reason)
  await dialog.getByTestId('carry-out').click()
  await dialog.waitFor({ state: 'hidden' })
}

describe('what is looked at, and changes nothing', () => {
  it.concurrent.each([
    ['en-US', 'light', 'desktop'],
    ['ar-EG', 'dark', 'phone'],
  ] as const)(
    'every page, %s, %s, on a %s: accessible, in its window, and without a complaint',
    async (locale, colorScheme, screen) => {
      const { page, complaints, requests, close } = await visit({
        ...SCREENS[screen],
        locale,
        colorScheme,
        serviceWorkers: 'allow',
      })
      await page.goto('/console')
      await page.getByTestId('sign-in').waitFor()
      await expectGood(page)
      await enter(page)
      for (const [path, testId] of [
        ['/', 'saga-row'],
        [`/sagas/${parked.id}`, 'history'],
        ['/domains', 'domain'],
        ['/letters', 'letters-page'],
        ['/webhooks', 'webhooks-page'],
        ['/rollout', 'rollout'],
        ['/audit', 'run-audit'],
      ] as const) {
        await page.goto(`/console#${path}`)
        await page.getByTestId(testId).first().waitFor()
        expect(await isInWindow(page.locator('nav [data-current]'))).toBe(true)
        await expectGood(page)
      }
      await page.getByTestId('run-audit').click()
      await page.locator('[data-testid="audit"][data-done="true"]').waitFor()
      await expectGood(page)
      await page.goto(`/console#/sagas/${parked.id}`)
      await page.getByTestId('retry').click()
      await page.locator('[data-testid="intent"][open]').waitFor()
      await expectGood(page)
      expect(complaints).toEqual([])
      expect(requests.filter((asked) => asked.includes(operatorToken))).toEqual([])
      await close()
    },
  )

  it('a token that is none: nothing is shown, and it says so', async () => {
    const { page, close } = await visit()
    await page.goto('/console')
    await page.locator('input[name="token"]').fill('guessed')
    await page.locator('input[name="token"]').press('Enter')
    await page.locator('input[name="token"][aria-invalid="true"]').waitFor()
    expect(await page.getByTestId('saga-row').count()).toBe(0)
    await close()
  })

  it("the page of the API keeps the operator's token no longer than it is open", async () => {
    const { page, close } = await visit()
    await page.goto('/api/docs')
    await page.locator('.auth-wrapper .authorize').first().click()
    const dialog = page.locator('.modal-ux')
    await dialog.locator('.auth-container', { hasText: 'operator' }).locator('input').fill('secret')
    await dialog.locator('button.authorize').last().click()
    await dialog.locator('.auth-container', { hasText: '******' }).waitFor()
    const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))
    expect(kept).not.toContain('secret')
    await close()
  })
})

const isInWindow = (current: Locator): Promise<boolean> =>
  current.evaluate((element) => {
    const { left, right } = element.getBoundingClientRect()
    return left >= 0 && right <= innerWidth
  })

async function expectGood(page: Page): Promise<void> {
  expect(await seriousFindings(page)).toEqual([])
  for (const size of ['100%', '200%']) expect(await sidewaysPx(page, size)).toBe(0)
  const isTouched = await page.evaluate(() => matchMedia('(pointer: coarse)').matches)
  if (isTouched) expect(await smallTargets(page)).toEqual([])
}

it('a parked saga: its history is played back, it is retried with a reason, and ends', async () => {
  const { page, close } = await visit()
  await enter(page)
  expect(page.url()).not.toContain('token')

  // Whichever page one looks at.
  await page.getByTestId('attention-sagas').waitFor()
  // As its shopper reads it out.
  await page.locator('input[name="id"]').fill(shortOrderNumber(parked.id))
  await page.locator('input[name="id"]').press('Enter')
  await page.waitForURL(/\?number=/)
  const row = page.locator(
    `[data-testid="saga-row"][data-saga="${parked.id}"][data-status="parked"]`,
  )
  await row.waitFor()
  expect(await page.getByTestId('saga-row').count()).toBe(1)
  await row.click()
  await page.locator('[data-testid="saga-status"][data-status="parked"]').waitFor()
  const slider = page.getByTestId('history-slider')
  await slider.fill('1')
  await step(page, 'freeze-points').and(page.locator('[data-status="started"]')).waitFor()
  await step(page, 'charge-card').and(page.locator('[data-status="waiting"]')).waitFor()
  // Also what came later can be read.
  expect(await seriousFindings(page)).toEqual([])
  await slider.press('End')
  await step(page, 'freeze-points').and(page.locator('[data-status="parked"]')).waitFor()
  await step(page, 'charge-card').and(page.locator('[data-status="rejected"]')).waitFor()
  await page.emulateMedia({ forcedColors: 'active' })
  const colours = await step(page, 'charge-card')
    .locator('[title]')
    .evaluateAll((cells) => cells.map((cell) => getComputedStyle(cell).backgroundColor))
  expect(new Set(colours).size).toBeGreaterThan(1)
  await page.emulateMedia({ forcedColors: 'none' })
  // Its thumb, 16 px wide, is under the middle of the last column.
  const column = await step(page, 'charge-card').locator('[title]').last().boundingBox()
  const track = await slider.boundingBox()
  if (!column || !track) throw new Error('they are on the page')
  expect(Math.abs(track.x + track.width - 8 - column.x - column.width / 2)).toBeLessThan(2)

  // As it is still refused, it parks again: the page says so by itself.
  const parkings = page.getByTestId('journal').getByText('step-parked')
  expect(await parkings.count()).toBe(1)
  await page.getByTestId('retry').click()
  await sign(page, 'once more')
  await parkings.nth(1).waitFor()

  await parked.mend()
  await page.getByTestId('retry').click()
  await sign(page, 'the points service was mended')
  await page.locator('[data-testid="saga-status"][data-status="compensated"]').waitFor()
  await step(page, 'freeze-points').and(page.locator('[data-status="compensated"]')).waitFor()
  await page.getByTestId('stuck-step').waitFor({ state: 'detached' })
  // It follows the newest transition, at once: the page asks again in 10 s.
  const { length } = (await operator.saga(parked.id)).transitions
  await until(async () => ((await slider.inputValue()) === String(length) ? true : null), {
    withinMs: 5_000,
    what: 'the slider is at the last transition',
  })

  await page.reload()
  await page.locator('[data-testid="saga-status"][data-status="compensated"]').waitFor()
  const { transitions } = await operator.saga(parked.id)
  expect(transitions.flatMap(({ events }) => events)).toContainEqual({
    type: 'operator-intervened',
    by: 'Ann',
    reason: 'the points service was mended',
    action: 'retry',
    step: 'freeze-points',
  })

  await page.getByTestId('sign-out').click()
  await page.getByTestId('sign-in').waitFor()
  await page.reload()
  await page.getByTestId('sign-in').waitFor()
  await close()
})

it("a domain's breaker is set by one operator, and another one sees it", async () => {
  const [ann, bob] = await Promise.all([visit(), visit(SCREENS.phone)])
  for (const { page } of [ann, bob]) {
    await enter(page)
    await page.goto('/console#/domains')
    await cardOf(page, 'auto').waitFor()
  }
  await cardOf(ann.page, 'auto').getByTestId('force-closed').click()
  await sign(ann.page, 'for a look')
  await Promise.all([cardOf(ann.page, 'closed').waitFor(), cardOf(bob.page, 'closed').waitFor()])
  await cardOf(bob.page, 'closed').getByText('for a look').waitFor()

  await cardOf(bob.page, 'closed').getByTestId('force-auto').click()
  await sign(bob.page, 'looked at')
  await cardOf(ann.page, 'auto').getByText('looked at').waitFor()
  expect(await ann.page.getByTestId('domain').count()).toBe(5)
  await Promise.all([ann.close(), bob.close()])
})

it('a webhook is registered, shows its secret once, is tested, and is removed', async () => {
  const { page, complaints, close } = await visit(SCREENS.phone)
  const signed: boolean[] = []
  const receiver = await listenLocally(0, (request, response) => {
    signed.push(request.headers['webhook-signature'] !== undefined)
    response.writeHead(204).end()
  })
  try {
    await enter(page)
    await page.goto('/console#/webhooks')
    await page.locator('input[name="url"]').fill(`${receiver.url}/orders`)
    await page.locator('input[name="url"]').press('Enter')
    await sign(page, 'the warehouse wants to know')
    const secret = page.getByTestId('secret').locator('input')
    expect(await secret.inputValue()).toMatch(/^whsec_/)
    await page.getByTestId('webhook').click()
    await page.getByTestId('send-test').click()
    await page.locator('[data-testid="delivery"][data-status="delivered"]').waitFor()
    expect(signed).toEqual([true])
    await expectGood(page)
    await page.goBack()
    await page.getByTestId('webhook').waitFor()
    expect(await secret.count()).toBe(0)

    await page.getByTestId('webhook').click()
    await page.getByTestId('remove-webhook').click()
    await sign(page, 'it was for a look')
    await page.getByTestId('webhooks-page').waitFor()
    await page.getByTestId('webhook').waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
  } finally {
    await receiver.stop()
    await close()
  }
})
