/** The operators' console, with something to do on it. */
import type { Page } from 'playwright-core'
import { orderOf } from '../../test/support/orders.ts'
import { parkOrder } from '../../test/support/parked-order.ts'
import { openCustomer } from '../client/customer.ts'
import { operatorOf } from '../client/operator.ts'
import type { ShownPage, ShownShop } from './shown.ts'

async function enter(page: Page, { operatorToken }: ShownShop): Promise<void> {
  await page.goto(`/console#token=${operatorToken}`)
  await page.getByTestId('saga-row').first().waitFor()
}

/** By shop: a domain has faults for one order at a time, and pages are shown side by side. */
const parked = new Map<string, Promise<string>>()

function parkedOn(shop: ShownShop): Promise<string> {
  const known = parked.get(shop.url) ?? park(shop)
  parked.set(shop.url, known)
  return known
}

/** It stays parked when its cause is gone: an operator has to retry it. */
async function park({ url, operatorToken }: ShownShop): Promise<string> {
  const { id, mend } = await parkOrder(url, operatorOf(url, operatorToken))
  await mend()
  return id
}

async function sagas(page: Page, shop: ShownShop): Promise<void> {
  const customer = await openCustomer(shop.url)
  for (const token of ['tok_visa', 'tok_declined', 'tok_visa'] as const) {
    await customer.place(orderOf({ points: 50, payment: { token } }))
  }
  const id = await parkedOn(shop)
  await enter(page, shop)
  await page.locator(`[data-saga="${id}"][data-status="parked"]`).waitFor()
}

async function saga(page: Page, shop: ShownShop): Promise<void> {
  const id = await parkedOn(shop)
  await enter(page, shop)
  await page.goto(`/console#/sagas/${id}`)
  await page.getByTestId('stuck-step').waitFor()
}

async function domains(page: Page, shop: ShownShop): Promise<void> {
  await parkedOn(shop)
  await enter(page, shop)
  await page.goto('/console#/domains')
  await page.getByTestId('domain').first().waitFor()
}

export const CONSOLE_PAGES: readonly ShownPage[] = [
  { name: 'console-sagas', about: 'operators: sagas, one of them parked', bring: sagas },
  { name: 'console-saga', about: 'operators: a parked saga and its history', bring: saga },
  { name: 'console-domains', about: 'operators: the circuit breakers', bring: domains },
]
