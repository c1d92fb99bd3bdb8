/** Where the focus goes when the control that had it is gone. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Component, reactive } from 'vue'
import CouponPicker from '../../web/src/components/coupon-picker.vue'
import OrderActions from '../../web/src/components/order-actions.vue'
import PointsField from '../../web/src/components/points-field.vue'
import { orderId, serverOrder } from './support/orders.ts'
import { showOnPage } from './support/on-page.ts'

const wish = { id: orderId(7), lines: [] }
const unanswered = {
  source: 'ended',
  order: serverOrder(wish),
  ended: { why: 'unanswered' },
}
const shown = (change: object) => ({
  source: 'server',
  order: serverOrder(wish, change),
  pending: [],
})

let takeAway = () => {}
beforeEach(() => {
  document.body.innerHTML = '<h1 data-route-focus tabindex="-1">Your order</h1>'
})
afterEach(() => takeAway())

function press(component: Component, props: Record<string, unknown>, name: string): void {
  takeAway = showOnPage(component, props)
  const buttons = [...document.querySelectorAll('button')]
  const button = buttons.find(({ textContent }) => textContent === name)
  button?.focus()
  button?.click()
}
const focused = () => document.activeElement?.getAttribute('name')

describe('the heading of the page, after', () => {
  it.each([
    ['Cancel order', shown({ cancellable: true })],
    ['Return this order', shown({ status: 'confirmed', returnable: true })],
    ['Send again', unanswered],
  ])('%s', (name, order) => {
    press(OrderActions, { shown: order }, name)
    expect(document.activeElement?.tagName).toBe('H1')
  })
})

it('the field of the code, after a coupon was removed', () => {
  const props = reactive({ offers: [], chosen: 'BIG25', checking: false, note: null })
  press(CouponPicker, { ...props, onClear: () => (props.chosen = '') }, 'Remove BIG25')
  expect(focused()).toBe('coupon')
})

it('the slider, after all points were taken', () => {
  const props = { modelValue: 0, available: 500, most: 300, currency: 'USD', error: undefined }
  const taken: number[] = []
  const take = (points: number) => taken.push(points)
  press(PointsField, { ...props, 'onUpdate:modelValue': take }, 'Use all')
  expect([taken, focused()]).toEqual([[300], 'points'])
})
