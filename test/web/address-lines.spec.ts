import { expect, it } from 'vitest'
import { addressLines } from '../../web/src/composables/address-lines.ts'

const at = (country: string, postalCode: string, city: string, region = '') =>
  addressLines({ name: 'Ada', line1: '1 Way', postalCode, city, region, country })

it.each([
  ['US', '22202', 'Arlington', 'VA', ['Ada', '1 Way', 'Arlington VA 22202']],
  ['MX', '06600', 'Ciudad de México', 'CDMX', ['Ada', '1 Way', '06600 Ciudad de México CDMX']],
  ['GB', 'SW1A 1AA', 'London', '', ['Ada', '1 Way', 'London', 'SW1A 1AA']],
  ['GB', 'BA1 1AA', 'Bath', 'Somerset', ['Ada', '1 Way', 'Bath', 'Somerset', 'BA1 1AA']],
  ['DE', '10115', 'Berlin', '', ['Ada', '1 Way', '10115 Berlin']],
  ['IS', '101', 'Reykjavík', '', ['Ada', '1 Way', '101 Reykjavík']],
  ['JP', '100-0001', '千代田区', '東京都', ['100-0001', '東京都 千代田区', '1 Way', 'Ada']],
  ['AE', '', 'Al Barsha', 'Dubai', ['Ada', '1 Way', 'Al Barsha', 'Dubai']],
  ['SA', '12213', 'Riyadh', '', ['Ada', '1 Way', 'Riyadh 12213']],
])('an address in %s is written as it is there', (country, postalCode, city, region, lines) => {
  expect(at(country, postalCode, city, region)).toEqual(lines)
})

it('one from before there was a region has the lines that it had', () => {
  const address = { name: 'Ada', line1: '1 Way', city: 'Arlington', postalCode: '22202' }
  expect(addressLines({ ...address, country: 'US' })).toEqual(['Ada', '1 Way', 'Arlington 22202'])
})
