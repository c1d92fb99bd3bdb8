/** What the page of an order says, and what the API does. */
import type { Page } from 'playwright-core'
import { type OrderView, orderSchema } from '../../worker/api/contract.ts'

const SETTLED_MS_MAX = 60_000

export const statusOnPage = (page: Page, word: string) =>
  page.locator(`[data-testid="order-status"][data-status="${word}"]`)

/** Of the page to the order: `live`, `reconnecting` or `polling`. */
export const connectionOnPage = (page: Page, state: string) =>
  page.locator(`[data-testid="connection-state"][data-state="${state}"]`)

/** The steps as the page draws them. */
export async function stepsOnPage(page: Page): Promise<{ name: string; status: string }[]> {
  return page.getByTestId('order-step').evaluateAll((steps) =>
    steps.map((step) => ({
      name: step.getAttribute('data-step') ?? '',
      status: step.getAttribute('data-status') ?? '',
    })),
  )
}

export const orderIdOf = (page: Page): string =>
  new URL(page.url()).pathname.split('/').at(-1) ?? ''

export async function orderFromApi(page: Page, orderId: string): Promise<OrderView> {
  const answer = await page.request.get(`/api/orders/${orderId}`)
  return orderSchema.parse(await answer.json())
}

/** Waits until the page itself shows the end, and returns the status it shows. */
export async function untilSettledOnPage(page: Page): Promise<string> {
  const settled = page.locator('[data-testid="order-status"][data-settled="true"]')
  try {
    await settled.waitFor({ timeout: SETTLED_MS_MAX })
  } catch (cause) {
    throw new Error(await whatIsUnsettled(page), { cause })
  }
  return (await settled.getAttribute('data-status')) ?? ''
}

/** Tells whether it is the page that stands still, or the order. */
async function whatIsUnsettled(page: Page): Promise<string> {
  const [seen, order] = await Promise.all([
    page.locator('main').innerText(),
    orderFromApi(page, orderIdOf(page)).then((it) => JSON.stringify(it), String),
  ])
  return `not settled on the page within ${SETTLED_MS_MAX} ms\nThe page: ${seen}\nThe API: ${order}`
}
