/** Orders in each of their states. */
import type { Page } from 'playwright-core'
import { orderOf } from '../../test/support/orders.ts'
import { orderFromApi, untilSettledOnPage } from '../../test/support/order-page.ts'
import { fillCheckout, placeOrder } from '../../test/support/visitor.ts'
import { orderSchema } from '../../worker/api/contract.ts'
import { until } from '../client/until.ts'
import { fillBasket } from './shop-pages.ts'
import type { ShownPage } from './shown.ts'

const SETTLED_MS_MAX = 60_000

async function place(page: Page, cardToken: string): Promise<void> {
  await fillBasket(page)
  await fillCheckout(page, { coupon: 'WELCOME10', points: 200, card: cardToken })
  await placeOrder(page)
}

async function settled(page: Page, cardToken: string, wanted: string): Promise<void> {
  await place(page, cardToken)
  const status = await untilSettledOnPage(page)
  if (status !== wanted) throw new Error(`The order is ${status} instead of ${wanted}.`)
}

/** Everything is held, and the bank takes its time. */
async function processing(page: Page): Promise<void> {
  await place(page, 'tok_slow')
  await page.locator('[data-testid="connection-state"][data-state="live"]').waitFor()
  await page.locator('[data-step="reserve-delivery"][data-status="succeeded"]').waitFor()
}

async function unanswered(page: Page): Promise<void> {
  await page.route('**/api/orders', (route) =>
    route.request().method() === 'POST' ? undefined : route.continue(),
  )
  await place(page, 'tok_visa')
  await page.locator('[data-testid="order-status"][data-status="unanswered"]').waitFor()
}

async function placeByApi(page: Page, changes: Parameters<typeof orderOf>[0]): Promise<void> {
  const answer = await page.request.post('/api/orders', {
    headers: { 'Idempotency-Key': crypto.randomUUID() },
    data: orderOf(changes),
  })
  const { id } = orderSchema.parse(await answer.json())
  await until(async () => ((await orderFromApi(page, id)).settled ? true : null), {
    withinMs: SETTLED_MS_MAX,
    what: `${id} is settled`,
  })
}

const line = (sku: string, quantity = 1) => ({ sku, quantity })

async function list(page: Page): Promise<void> {
  await page.goto('/')
  await page.locator('[data-points]').first().waitFor({ state: 'attached' })
  await placeByApi(page, { lines: [line('MUG-CLAY', 2)] })
  await placeByApi(page, { lines: [line('CLOCK-WALL')], payment: { token: 'tok_declined' } })
  await placeByApi(page, { lines: [line('PLANT-FERN'), line('CANDLE-FIG', 3)] })
  await page.goto('/orders')
  await page.getByTestId('order-row').nth(2).waitFor()
}

async function follow(page: Page): Promise<void> {
  await settled(page, 'tok_visa', 'confirmed')
  await page.getByTestId('follow-link').click()
  const link = page.getByTestId('follow-address')
  await link.waitFor()
  await page.goto(await link.inputValue())
  await page.getByTestId('order-status').waitFor()
}

export const ORDER_PAGES: readonly ShownPage[] = [
  { name: 'order-processing', about: 'all is held, the bank is slow', bring: processing },
  {
    name: 'order-confirmed',
    about: 'a card that works',
    bring: (page) => settled(page, 'tok_visa', 'confirmed'),
  },
  {
    name: 'order-failed',
    about: 'a declined card: what was given back',
    bring: (page) => settled(page, 'tok_declined', 'failed'),
  },
  { name: 'order-unanswered', about: 'no answer within 3 s', bring: unanswered },
  { name: 'orders', about: 'three orders', bring: list },
  { name: 'follow', about: 'an order by its link', bring: follow },
]
