/**
 * An address as it is written in the land that it is in. Pure.
 *
 * After the Universal Postal Union, as far as the shop has fields for it.
 */
import type { ShipTo } from '../../../worker/api/contract.ts'

type Lines = (address: ShipTo) => string[]

const postalFirst: Lines = ({ name, line1, postalCode, city }) => [
  name,
  line1,
  `${postalCode} ${city}`,
]
const cityFirst: Lines = ({ name, line1, postalCode, city }) => [
  name,
  line1,
  `${city} ${postalCode}`,
]
const postalAlone: Lines = ({ name, line1, postalCode, city }) => [name, line1, city, postalCode]
/** From the large to the small. */
const personLast: Lines = ({ name, line1, postalCode, city }) => [postalCode, city, line1, name]

const FORMATS: Record<string, Lines> = {
  US: cityFirst,
  CA: cityFirst,
  GB: postalAlone,
  AE: cityFirst,
  SA: cityFirst,
  JP: personLast,
  CN: personLast,
}

/** Without the country, which has a line of its own after them. */
export const addressLines = (address: ShipTo): string[] =>
  (FORMATS[address.country] ?? postalFirst)(address).filter((line) => line.trim() !== '')
