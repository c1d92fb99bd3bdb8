/** An address while it is typed: it keeps what one country has a field for and another has not. Pure. */
import type { ShipTo } from '../../../worker/api/contract.ts'
import { formatOf } from '../../../worker/api/address-formats.ts'
import { fieldsOf, tidied } from '../../../worker/api/address-rules.ts'

export type AddressDraft = Record<keyof ShipTo, string>

export const draftOf = (address: Partial<ShipTo> = {}): AddressDraft => ({
  name: address.name ?? '',
  line1: address.line1 ?? '',
  city: address.city ?? '',
  region: address.region ?? '',
  postalCode: address.postalCode ?? '',
  country: address.country ?? '',
})

/** As it is sent: what its country has a field for. */
export function addressOf(draft: AddressDraft): ShipTo {
  const asked = fieldsOf(formatOf(draft.country))
  const region = asked.includes('region') ? draft.region.trim() : ''
  const { name, line1, city, country } = draft
  return tidied({
    name: name.trim(),
    line1: line1.trim(),
    city: city.trim(),
    country,
    ...(region && { region }),
    ...(asked.includes('postalCode') && { postalCode: draft.postalCode }),
  })
}

export function isSameAddress(one: ShipTo, other: ShipTo): boolean {
  const theirs = new Map(Object.entries(draftOf(other)))
  return Object.entries(draftOf(one)).every(([field, text]) => theirs.get(field) === text)
}
