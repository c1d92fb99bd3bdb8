import { expect, it } from 'vitest'
import { addressLines } from '../../web/src/composables/address-lines.ts'

const at = (country: string, postalCode: string, city: string) =>
  addressLines({ name: 'Ada', line1: '1 Way', postalCode, city, country })

it.each([
  ['US', '22202', 'Arlington', ['Ada', '1 Way', 'Arlington 22202']],
  ['GB', 'SW1A 1AA', 'London', ['Ada', '1 Way', 'London', 'SW1A 1AA']],
  ['DE', '10115', 'Berlin', ['Ada', '1 Way', '10115 Berlin']],
  ['IS', '101', 'Reykjavík', ['Ada', '1 Way', '101 Reykjavík']],
  ['JP', '100-0001', '千代田区', ['100-0001', '千代田区', '1 Way', 'Ada']],
])('an address in %s is written as it is there', (country, postalCode, city, lines) => {
  expect(at(country, postalCode, city)).toEqual(lines)
})
