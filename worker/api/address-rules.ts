/** What is asked for of an address, and what can be wrong with it. Pure: the API and the page share it. */
import { type AddressField, type AddressFormat, formatOf } from './address-formats.ts'
import type { ShipTo } from './contract.ts'

/**
 * What is asked for, in rows: the name first, and the rest in the order of the label. There are three
 * in every country, so that little moves when another one is chosen.
 */
export function rowsOf(format: AddressFormat): AddressField[][] {
  const asked = format.lines.flat().filter((field) => isAskedFor(format, field))
  const place = asked.filter((field) => field !== 'name' && field !== 'line1')
  const isStreetLast = asked.indexOf('line1') > asked.indexOf('city')
  return isStreetLast ? [['name'], place, ['line1']] : [['name'], ['line1'], place]
}

export const fieldsOf = (format: AddressFormat): AddressField[] => rowsOf(format).flat()

function isAskedFor(format: AddressFormat, field: AddressField): boolean {
  return (field !== 'region' && field !== 'postalCode') || format[field] !== undefined
}

export function isRequired(format: AddressFormat, field: AddressField): boolean {
  if (field === 'region') return format.region?.isRequired ?? false
  if (field === 'postalCode') return format.postalCode?.shape !== undefined
  return true
}

export type AddressFault = { field: AddressField; kind: 'missing' | 'malformed' }

/** Spaces that are not seen, and the like, are no name and no street. */
const READABLE = /[\p{L}\p{N}]/u

export function addressFaults(address: ShipTo): AddressFault[] {
  const format = formatOf(address.country)
  return fieldsOf(format).flatMap((field): AddressFault[] => {
    const typed = address[field]?.trim() ?? ''
    if (!READABLE.test(typed)) return isRequired(format, field) ? [{ field, kind: 'missing' }] : []
    const isGood = field !== 'postalCode' || postalCodeIn(address.country, typed) !== null
    return isGood ? [] : [{ field, kind: 'malformed' }]
  })
}

/** As it is written in the country; null where it cannot be one of its codes. */
export function postalCodeIn(country: string, typed: string): string | null {
  const shape = formatOf(country).postalCode?.shape
  if (!shape) return typed.trim()
  const groups = shape.pattern.exec(compact(typed))?.slice(1)
  return groups?.filter(Boolean).join(shape.joint) ?? null
}

const ARABIC_DIGITS = /[\u0660-\u0669\u06F0-\u06F9]/g
/** Also what is typed for a hyphen where Japanese is, and the sign that stands before a code there. */
const SPACES_AND_HYPHENS = /[\s\p{Pd}\u2212\u30FC\u3012]/gu

const compact = (typed: string): string =>
  typed
    .normalize('NFKC')
    .replaceAll(ARABIC_DIGITS, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replaceAll(SPACES_AND_HYPHENS, '')
    .toUpperCase()

/** With its postal code as the country writes it. */
export function tidied({ postalCode, ...address }: ShipTo): ShipTo {
  const code = postalCodeIn(address.country, postalCode ?? '') ?? postalCode
  return code ? { ...address, postalCode: code } : address
}
