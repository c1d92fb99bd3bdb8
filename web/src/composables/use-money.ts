/** Money in the shopper's words, from integer minor units and without floating point. */
import { useI18n } from 'vue-i18n'
import type { Money } from '../../../durable-objects/core/money.ts'

const formats = new Map<string, Intl.NumberFormat>()

function formatOf(locale: string, currency: string): Intl.NumberFormat {
  const key = `${locale} ${currency}`
  const known = formats.get(key)
  if (known) return known
  const made = new Intl.NumberFormat(locale, { style: 'currency', currency })
  formats.set(key, made)
  return made
}

export function formatMoney({ amount, currency }: Money, locale: string): string {
  const format = formatOf(locale, currency)
  const digits = format.resolvedOptions().maximumFractionDigits ?? 0
  return isolated(format.format(decimalOf(amount, digits)))
}

const DIRECTION_MARKS = /[\u200E\u200F\u061C]/gu

/** Where words are read from the right, an amount still is read from the left: `9.30 US$`. */
function isolated(amount: string): string {
  const plain = amount.replaceAll(DIRECTION_MARKS, '')
  return plain === amount ? amount : `\u2066${plain}\u2069`
}

/** 1999 with 2 digits is `19.99`: a decimal string, which Intl formats exactly. */
function decimalOf(amount: number, digits: number): Intl.StringNumericLiteral {
  const sign = amount < 0 ? '-' : ''
  const padded = String(Math.abs(amount)).padStart(digits + 1, '0')
  const whole = padded.slice(0, padded.length - digits)
  const text = digits === 0 ? whole : `${whole}.${padded.slice(-digits)}`
  const literal = `${sign}${text}`
  if (!isDecimal(literal)) throw new RangeError(`not an amount in minor units: ${amount}`)
  return literal
}

const isDecimal = (text: string): text is Intl.StringNumericLiteral =>
  /^-?\d+(?:\.\d+)?$/.test(text)

export function useMoney() {
  const { locale } = useI18n()
  return { money: (value: Money) => formatMoney(value, locale.value) }
}
