/** What the page says of an order that was not taken while the shopper is elsewhere. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { useLostOrders } from '../../web/src/composables/use-lost-orders.ts'
import { useNotices } from '../../web/src/stores/notices.ts'
import { showOnPage } from './support/on-page.ts'
import { orderId } from './support/orders.ts'
import { startPinia } from './support/pinia.ts'
import { placeInVain } from './support/place-in-vain.ts'

const order = { id: orderId(7), lines: [{ sku: 'MUG', quantity: 1 }] }
const Watching = {
  setup() {
    useLostOrders()
    return () => null
  },
}

let leave = () => {}
beforeEach(() => void startPinia())
afterEach(() => {
  leave()
  vi.unstubAllGlobals()
})

it('tells of it, and leads to the order', async () => {
  leave = showOnPage(Watching, {})
  await placeInVain(order)
  await nextTick()
  expect(useNotices().current).toMatchObject({
    title: 'We could not take this order',
    isProblem: true,
    action: { label: 'Why' },
  })
})

it('tells nothing of what had ended before', async () => {
  await placeInVain(order)
  leave = showOnPage(Watching, {})
  await nextTick()
  expect(useNotices().current).toBeNull()
})
