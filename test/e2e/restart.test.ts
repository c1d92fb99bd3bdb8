/** The shop is killed while orders are under way, and comes back on the same state and address. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operatorOf } from '../../scripts/client/operator.ts'
import { type LocalShop, startLocal } from '../../scripts/local/start-local.ts'
import { forgetState, temporaryState } from '../../scripts/local/temporary-shop.ts'
import { orderListSchema } from '../../worker/api/contract.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'
import { launchBrowser } from '../support/browser.ts'
import { PLENTIFUL } from '../support/orders.ts'
import {
  CATALOGUE,
  type Choices,
  addToBasket,
  fillCheckout,
  openVisitor,
  orderFromApi,
  placeOrder,
  stepsOnPage,
  untilSettledOnPage,
} from '../support/visitor.ts'

/** Orders must outlive the time in which nothing runs. */
const ENV = { EDGE_SAGA_DEADLINE_MS: '60000' }
const STANDS_STILL_MS = 60_000

const stateDir = temporaryState('restart')
let browser: Browser
let shop: LocalShop
/** Its points are not frozen until that is let through: it is under way before and after. */
let followed: Page
/** The shop is gone when its order leaves the browser. */
let unheard: Page
/** The shop has taken its order, and is gone before the answer is there. */
let unanswered: Page
const whileGone = { steps: new Array<unknown>(), before: new Array<unknown>(), headline: '' }

const status = (page: Page, word: string) =>
  page.locator(`[data-testid="order-status"][data-status="${word}"]`)
const connection = (page: Page, state: string) =>
  page.locator(`[data-testid="connection-state"][data-state="${state}"]`)

const letPointsTake = (latencyMs: number) =>
  operatorOf(shop.url, shop.operatorToken).setFaults('points', {
    ...NO_FAULTS,
    latencyMs,
    only: { step: 'freeze-points' },
  })

async function atCheckout(choices: Choices = {}): Promise<Page> {
  const { page } = await openVisitor(browser, shop.url)
  await page.goto(CATALOGUE)
  await addToBasket(page, PLENTIFUL)
  await fillCheckout(page, choices)
  return page
}

/** The first order that leaves the page is on its way for as long as `until` takes. */
const holdBack = (page: Page, until: (send: () => Promise<unknown>) => Promise<unknown>) =>
  page.route(
    '**/api/orders',
    async (route) => {
      await until(() => route.fetch())
      await route.continue()
    },
    { times: 1 },
  )

beforeAll(async () => {
  ;[browser, shop] = await Promise.all([launchBrowser(), startLocal({ stateDir, env: ENV })])
  await letPointsTake(STANDS_STILL_MS)
  ;[followed, unheard, unanswered] = await Promise.all([
    atCheckout({ card: 'tok_slow', points: 100 }),
    atCheckout(),
    atCheckout(),
  ])
  const killed = Promise.withResolvers<void>()
  const taken = Promise.withResolvers<void>()
  await holdBack(unheard, () => killed.promise)
  await holdBack(unanswered, async (send) => {
    await send()
    taken.resolve()
    await killed.promise
  })
  await placeOrder(followed)
  await connection(followed, 'live').waitFor()
  await followed.locator('[data-step="reserve-delivery"][data-status="succeeded"]').waitFor()
  await Promise.all([placeOrder(unheard), placeOrder(unanswered), taken.promise])

  whileGone.before = await stepsOnPage(followed)
  await shop.kill()
  killed.resolve()
  await connection(followed, 'reconnecting').waitFor()
  whileGone.steps = await stepsOnPage(followed)
  whileGone.headline = await followed.locator('h1').innerText()
  await status(unheard, 'unconfirmed').waitFor()
  await status(unanswered, 'unconfirmed').waitFor()

  shop = await startLocal({ stateDir, env: ENV, port: Number(new URL(shop.url).port) })
})
afterAll(async () => {
  await Promise.all([browser.close(), shop.kill()])
  forgetState(stateDir)
})

const orderIdOf = (page: Page): string => new URL(page.url()).pathname.split('/').at(-1) ?? ''

async function expectConfirmedByBoth(page: Page): Promise<void> {
  expect(await untilSettledOnPage(page)).toBe('confirmed')
  const order = await orderFromApi(page, orderIdOf(page))
  expect(order).toMatchObject({ status: 'confirmed', settled: true })
  expect(await stepsOnPage(page)).toEqual(
    order.steps.map(({ name, status: is }) => ({ name, status: is })),
  )
}

describe('the shop is killed', () => {
  it('while an order is followed: the page reconnects, and says of it what it knows', () => {
    expect(whileGone.headline).toBe('Processing your order')
    expect(whileGone.steps).toEqual(whileGone.before)
  })

  it('and started again: the page is live by itself, and ends as the API does', async () => {
    await connection(followed, 'live').waitFor()
    await status(followed, 'pending').waitFor()
    await letPointsTake(0)
    await expectConfirmedByBoth(followed)
  })

  it.each([
    ['arrived', () => unheard],
    ['were answered', () => unanswered],
  ])('before orders %s: they wait, and each goes out as one order', async (_when, pageOf) => {
    const page = pageOf()
    await expectConfirmedByBoth(page)
    const { orders } = orderListSchema.parse(await (await page.request.get('/api/orders')).json())
    expect(orders.map(({ id }) => id)).toEqual([orderIdOf(page)])
  })
})
