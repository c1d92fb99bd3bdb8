/** Placing an order: from a form that is not right yet, and where its page cannot be had. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { type App, createApp, nextTick } from 'vue'
import { createI18n } from 'vue-i18n'
import { createMemoryHistory, createRouter } from 'vue-router'
import { usePlacing } from '../../web/src/composables/use-placing.ts'
import { useCheckout } from '../../web/src/stores/checkout.ts'
import { useShopState } from '../../web/src/stores/shop-state/store.ts'
import { wordsIn } from './support/locale-files.ts'
import { customerId, placing as placingOf, orderId } from './support/orders.ts'
import { startPinia } from './support/pinia.ts'

const LINES = [{ sku: 'MUG', quantity: 1 }]
const { prices } = placingOf({ id: orderId(1), lines: LINES })

const i18n = createI18n({
  legacy: false,
  locale: 'en',
  messages: { en: wordsIn('en'), es: wordsIn('es') },
})

let app: App
let placing: ReturnType<typeof usePlacing>
beforeEach(() => {
  sessionStorage.clear()
  startPinia()
  app = createApp({
    setup() {
      placing = usePlacing(() => Promise.resolve())
      return () => null
    },
  })
  const routes = [
    { path: '/', component: { render: () => null } },
    { path: '/orders/:id', name: 'order', component: () => Promise.reject(new Error('gone')) },
  ]
  app.use(i18n).use(createRouter({ history: createMemoryHistory(), routes }))
  app.mount(document.createElement('div'))
})
afterEach(() => app.unmount())

it('says at the fields what is wrong, also in a language that is chosen afterwards', async () => {
  const checkout = useCheckout()
  Object.assign(checkout.shipTo, { name: 'Ada', line1: '1 Way', country: 'GB' })
  placing.place({ ...prices, problems: [] }, { lines: LINES })
  await nextTick()
  expect(checkout.errors).toMatchObject({ 'shipTo.city': 'Please fill this in' })
  const fields = Object.keys(checkout.errors)
  i18n.global.locale.value = 'es'
  await nextTick()
  expect(checkout.errors).toMatchObject({ 'shipTo.city': 'Rellena este campo' })
  expect(Object.keys(checkout.errors)).toEqual(fields)
})

it('an order whose page cannot be had is placed all the same, and nothing else is said', async () => {
  vi.stubGlobal('fetch', async () => Response.json({ customer: customerId() }))
  const place = () => placing.place({ ...prices, problems: [] }, { lines: LINES })
  const checkout = useCheckout()
  const shipTo = { name: 'Ada', line1: '1 Way', city: 'Bath', postalCode: 'BA1 1AA', country: 'GB' }
  Object.assign(checkout.shipTo, shipTo)
  vi.spyOn(console, 'warn').mockReturnValue()
  place()
  await vi.waitUntil(() => useShopState().placed.length === 1)
  await vi.waitUntil(() => !placing.isPlacing.value)
  expect(placing.failure.value).toBe('')
  place()
  await vi.waitUntil(() => useShopState().placed.length === 2)
})
