/** The shop is killed while orders are under way, and comes back on the same state and address. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operatorOf } from '../../scripts/client/operator.ts'
import { type LocalShop, startLocal } from '../../scripts/local/start-local.ts'
import { forgetState, temporaryState } from '../../scripts/local/temporary-shop.ts'
import { orderListSchema } from '../../worker/api/contract.ts'
import { NO_FAULTS } from '../../worker/domains/reads.ts'
import { expectSettledByBoth } from '../support/expect-settled.ts'
import { connectionOnPage, orderIdOf, statusOnPage, stepsOnPage } from '../support/order-page.ts'
import { PLENTIFUL } from '../support/orders.ts'
import {
  CATALOGUE,
  type Choices,
  SCREENS,
  SCREEN_NAMES,
  type Screen,
  addToBasket,
  fillCheckout,
  placeOrder,
} from '../support/visitor.ts'
import { useVisits } from '../support/visits.ts'

/** Orders must outlive the time in which nothing runs. */
const ENV = { EDGE_SAGA_DEADLINE_MS: '60000' }
const STANDS_STILL_MS = 60_000

const stateDir = temporaryState('restart')
const visit = useVisits()
let shop: LocalShop

/** What somebody has open when the shop is killed. */
type Shopper = {
  /** Its points are not frozen until that is let through: it is under way before and after. */
  followed: Page
  /** The shop is gone when its order leaves the browser. */
  unheard: Page
  /** The shop has taken its order, and is gone before the answer is there. */
  unanswered: Page
}
type Open = Shopper & {
  stepsBefore: unknown[]
  whileGone: { steps: unknown[]; headline: string }
}
const openPages = new Map<Screen, Open>()
function openOn(screen: Screen): Open {
  const open = openPages.get(screen)
  if (!open) throw new Error(`nothing was opened on a ${screen}`)
  return open
}

const letPointsTake = (latencyMs: number) =>
  operatorOf(shop.url, shop.operatorToken).setFaults('points', {
    ...NO_FAULTS,
    latencyMs,
    only: { step: 'freeze-points' },
  })

async function atCheckout(screen: Screen, choices: Choices = {}): Promise<Page> {
  const { page } = await visit(SCREENS[screen], shop.url)
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

const killed = Promise.withResolvers<void>()

async function shopper(screen: Screen): Promise<Shopper> {
  const [followed, unheard, unanswered] = await Promise.all([
    atCheckout(screen, { card: 'tok_slow', points: 100 }),
    atCheckout(screen),
    atCheckout(screen),
  ])
  return { followed, unheard, unanswered }
}

async function placeFollowed(page: Page): Promise<void> {
  await placeOrder(page)
  await connectionOnPage(page, 'live').waitFor()
  await page.locator('[data-step="reserve-delivery"][data-status="succeeded"]').waitFor()
}

/** Once it is back, the shop is to be gone: a page waits for an answer for 3 s. */
async function placeOthers({ unheard, unanswered }: Shopper): Promise<void> {
  const taken = Promise.withResolvers<void>()
  await holdBack(unheard, () => killed.promise)
  await holdBack(unanswered, async (send) => {
    await send()
    taken.resolve()
    await killed.promise
  })
  await Promise.all([placeOrder(unheard), placeOrder(unanswered), taken.promise])
}

async function lookWhileGone(open: Open): Promise<void> {
  const { followed, unheard, unanswered } = open
  await connectionOnPage(followed, 'reconnecting').waitFor()
  open.whileGone = {
    steps: await stepsOnPage(followed),
    headline: await followed.locator('h1').innerText(),
  }
  await statusOnPage(unheard, 'unconfirmed').waitFor()
  await statusOnPage(unanswered, 'unconfirmed').waitFor()
}

beforeAll(async () => {
  shop = await startLocal({ stateDir, env: ENV })
  await letPointsTake(STANDS_STILL_MS)
  const shoppers = await Promise.all(SCREEN_NAMES.map(shopper))
  await Promise.all(shoppers.map(({ followed }) => placeFollowed(followed)))
  for (const [index, screen] of SCREEN_NAMES.entries()) {
    const one = shoppers[index]
    if (!one) continue
    const stepsBefore = await stepsOnPage(one.followed)
    openPages.set(screen, { ...one, stepsBefore, whileGone: { steps: [], headline: '' } })
  }
  await Promise.all(shoppers.map(placeOthers))
  await shop.kill()
  killed.resolve()
  await Promise.all([...openPages.values()].map(lookWhileGone))

  shop = await startLocal({ stateDir, env: ENV, port: Number(new URL(shop.url).port) })
  for (const { followed } of shoppers) {
    await connectionOnPage(followed, 'live').waitFor()
    await statusOnPage(followed, 'pending').waitFor()
  }
  await letPointsTake(0)
})
afterAll(async () => {
  await shop.kill()
  forgetState(stateDir)
})

describe.each(SCREEN_NAMES)('on a %s, the shop is killed', (screen) => {
  it('while an order is followed: the page reconnects, and says of it what it knows', () => {
    const { whileGone, stepsBefore } = openOn(screen)
    expect(whileGone.headline).toBe('Processing your order')
    expect(whileGone.steps).toEqual(stepsBefore)
  })

  it('and started again: the page is live by itself, and ends as the API does', () =>
    expectSettledByBoth(openOn(screen).followed, 'confirmed'))

  it.each([
    ['arrived', 'unheard'],
    ['were answered', 'unanswered'],
  ] as const)(
    'before orders %s: they wait, and each goes out as one order',
    async (_when, name) => {
      const page = openOn(screen)[name]
      await expectSettledByBoth(page, 'confirmed')
      const { orders } = orderListSchema.parse(await (await page.request.get('/api/orders')).json())
      expect(orders.map(({ id }) => id)).toEqual([orderIdOf(page)])
    },
  )
})
