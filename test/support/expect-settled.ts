import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import type { OrderView } from '../../worker/api/contract.ts'
import { orderFromApi, orderIdOf, stepsOnPage, untilSettledOnPage } from './order-page.ts'

/** The order that the page is at ends with this status, on the page and in the API, step by step. */
export async function expectSettledByBoth(page: Page, status: string): Promise<OrderView> {
  expect(await untilSettledOnPage(page)).toBe(status)
  const order = await orderFromApi(page, orderIdOf(page))
  expect(order).toMatchObject({ status, settled: true })
  expect(await stepsOnPage(page)).toEqual(
    order.steps.map(({ name, status: is }) => ({ name, status: is })),
  )
  return order
}
