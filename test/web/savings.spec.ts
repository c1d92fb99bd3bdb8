/** What the checkout says of a shopper's savings before it knows them: not that there are none. */
import { afterEach, describe, expect, it } from 'vitest'
import CouponPicker from '../../web/src/components/coupon-picker.vue'
import PointsField from '../../web/src/components/points-field.vue'
import { showOnPage } from './support/on-page.ts'

let takeAway = () => {}
afterEach(() => takeAway())

const words = () => document.body.textContent

describe('coupons', () => {
  it.each([
    [null, false],
    [[], true],
  ])('of whom %j is known: none is said to be there: %s', (offers, isSaid) => {
    takeAway = showOnPage(CouponPicker, { offers, chosen: null, checking: false, note: null })
    expect(words().includes('You have no coupons right now.')).toBe(isSaid)
  })
})

describe('points', () => {
  it.each([
    [null, false],
    [0, true],
  ])('of whom %j is known: none is said to be there: %s', (available, isSaid) => {
    const props = { modelValue: 0, available, most: 0, currency: 'USD', error: undefined }
    takeAway = showOnPage(PointsField, props)
    expect(words().includes('You have no points yet.')).toBe(isSaid)
    expect(words()).not.toContain('null')
  })
})
