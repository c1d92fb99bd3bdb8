/** What an order's address is refused for, by the rules of its country. */
import type { ShipTo } from '../contract.ts'
import { type AddressField, formatOf } from '../address-formats.ts'
import { type AddressFault, addressFaults } from '../address-rules.ts'

export const addressErrors = (shipTo: ShipTo): { field: string; message: string }[] =>
  addressFaults(shipTo)
    .filter((fault) => !isSaidByPostalCode(shipTo, fault))
    .map((fault) => ({ field: `shipTo.${fault.field}`, message: messageOf(shipTo, fault) }))

/** The page asks for the region all the same. Callers from before there was one go on as they are. */
const isSaidByPostalCode = ({ country }: ShipTo, { field }: AddressFault): boolean =>
  field === 'region' && formatOf(country).postalCode !== undefined

const NAMES: Record<AddressField, string> = {
  name: 'name',
  line1: 'street',
  city: 'city',
  region: 'region',
  postalCode: 'postal code',
}

function messageOf({ country }: ShipTo, { field, kind }: AddressFault): string {
  if (kind === 'missing') return `An address in ${country} needs a ${NAMES[field]}`
  const example = formatOf(country).postalCode?.shape?.example ?? ''
  return `No ${NAMES[field]} of ${country}, where it looks like ${example}`
}
