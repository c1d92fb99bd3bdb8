/** What the console says of an event that an endpoint is to be sent. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it } from 'vitest'
import DeliveryRow from '../../web/src/console/components/delivery-row.vue'
import type { DeliveryView } from '../../worker/api/ops/webhooks/contract.ts'
import { showOnPage } from './support/on-page.ts'

const delivery: DeliveryView = {
  eventId: 'confirmed_ord_1',
  type: 'order.confirmed',
  orderId: null,
  payload: {},
  at: '2026-11-30T00:00:00.000Z',
  status: 'pending',
  attempts: 1,
  nextAt: '2026-11-30T00:01:00.000Z',
  lastStatus: 503,
  lastError: 'answered 503',
  deliveredAt: null,
  replayed: null,
}

let leave: (() => void) | undefined
beforeEach(() => setActivePinia(createPinia()))
afterEach(() => leave?.())
const said = () => document.body.textContent ?? ''

it('when it is tried next, and that it can be sent now', () => {
  leave = showOnPage(DeliveryRow, { delivery, isActive: true })
  expect(said()).toContain('Tried next at')
  expect(said()).toContain('Send again')
})

it('neither while the endpoint is paused or gone, which is sent nothing', () => {
  leave = showOnPage(DeliveryRow, { delivery, isActive: false })
  expect(said()).toContain('answered 503')
  expect(said()).not.toContain('Tried next at')
  expect(said()).not.toContain('Send again')
})
