import { expect, it } from 'vitest'
import { formatMoney } from '../../web/src/composables/use-money.ts'

const text = (amount: number, currency: string, locale = 'en') =>
  // Intl separates with several kinds of spaces.
  formatMoney({ amount, currency }, locale).replaceAll(/\s/g, ' ')

it('has as many decimals as the currency has minor units', () => {
  expect(text(1999, 'USD')).toBe('$19.99')
  expect(text(1999, 'JPY')).toBe('¥1,999')
  expect(text(1999, 'KWD')).toBe('KWD 1.999')
})

it('pads amounts below one unit', () => {
  expect(text(5, 'USD')).toBe('$0.05')
  expect(text(0, 'EUR')).toBe('€0.00')
})

it('keeps the sign of what is taken off', () => {
  expect(text(-2780, 'USD')).toBe('-$27.80')
  expect(text(-5, 'GBP')).toBe('-£0.05')
})

it('is exact where a floating-point number would not be', () => {
  expect(text(9007199254740991, 'USD')).toBe('$90,071,992,547,409.91')
})

it('is written as the language writes it', () => {
  expect(text(123456, 'EUR', 'de')).toBe('1.234,56 €')
})

it('is read from the left also where words are not', () => {
  expect(text(930, 'USD', 'ar-u-nu-latn')).toBe('\u20669.30 US$\u2069')
  expect(text(-100, 'USD', 'ar-u-nu-latn')).toBe('\u2066-1.00 US$\u2069')
})

it('an amount that is no whole number of minor units is a defect', () => {
  expect(() => text(1.5, 'USD')).toThrow(RangeError)
})
