/** What can be done with an order, from its page. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { useBasket } from '../../web/src/composables/use-basket.ts'
import { useOrderActions } from '../../web/src/composables/use-order-actions.ts'
import { useShopState, seeOrder } from '../../web/src/stores/shop-state/store.ts'
import { orderId, serverOrder } from './support/orders.ts'
import { showOnPage } from './support/on-page.ts'
import { startPinia } from './support/pinia.ts'

let basket: ReturnType<typeof useBasket>
let actions: ReturnType<typeof useOrderActions>
let takeAway = () => {}

const page = {
  setup() {
    basket = useBasket()
    actions = useOrderActions(orderId(7))
    return () => null
  },
}

beforeEach(() => {
  startPinia()
  takeAway = showOnPage(page, {})
})
afterEach(() => takeAway())

it('what was ordered is put back once, however often that is asked for', async () => {
  const ordered = [
    { sku: 'MUG', quantity: 2 },
    { sku: 'LAMP', quantity: 1 },
  ]
  await basket.change('MUG', 1)
  actions.restore(ordered)
  actions.restore(ordered)
  expect(basket.lines.value).toEqual(ordered)
})

it('an address that another device has changed meanwhile is not replaced before it was told', async () => {
  const seen = { name: 'Ada', line1: '1 Way', city: 'York', postalCode: 'YO1 7HH', country: 'GB' }
  const order = serverOrder(
    { id: orderId(7), lines: [{ sku: 'MUG', quantity: 1 }] },
    { shipTo: { ...seen, city: 'Bath' } },
  )
  await seeOrder(order)
  expect(await actions.saveAddress(order, { ...seen, city: 'Hull' }, seen)).toBe(false)
  expect(actions.addressProblem.value).toContain('Bath')
  expect(useShopState().optimistic.durable.operations).toEqual([])
})
