/** What can be done with an order, from its page. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { useBasket } from '../../web/src/composables/use-basket.ts'
import { useOrderActions } from '../../web/src/composables/use-order-actions.ts'
import { useNotices } from '../../web/src/stores/notices.ts'
import { useShopState, seeOrder } from '../../web/src/stores/shop-state/store.ts'
import { customerId, orderId, serverOrder } from './support/orders.ts'
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

describe('an address that is refused after its page was left', () => {
  it.each([
    ['is told of on the next page', false],
    ['and was come back to is told of, and not said to be saved', true],
  ])('%s', async (_what, isBack) => {
    const answer = Promise.withResolvers<Response>()
    vi.stubGlobal('fetch', (path: string) =>
      path === '/api/session'
        ? Promise.resolve(Response.json({ customer: customerId() }))
        : answer.promise,
    )
    const from = { name: 'Ada', line1: '1 Way', city: 'York', postalCode: 'YO1 7HH', country: 'GB' }
    const order = serverOrder(
      { id: orderId(7), lines: [{ sku: 'MUG', quantity: 1 }] },
      { shipTo: from },
    )
    await seeOrder(order)
    useShopState().$optimistic.start()
    const saved = actions.saveAddress(order, { ...from, city: 'Hull' }, from)
    takeAway()
    if (isBack) takeAway = showOnPage(page, {})
    const refusal = { type: '', title: '', status: 409, code: 'address-fixed' }
    answer.resolve(Response.json(refusal, { status: refusal.status }))
    expect(await saved).toBe(false)
    expect(useNotices().current).toMatchObject({ isProblem: true, title: 'That could not be done' })
    expect(useShopState().optimistic.durable.ended).toEqual([])
  })
})
