import { expect, it } from 'vitest'
import { addressOf, draftOf, isSameAddress } from '../../web/src/stores/address-draft.ts'

const typed = {
  name: ' Ada',
  line1: '1 Way ',
  city: 'Town',
  region: 'Kent',
  postalCode: 'ba11aa',
}
const sent = { name: 'Ada', line1: '1 Way', city: 'Town' }

it.each([
  ['GB', { ...sent, country: 'GB', postalCode: 'BA1 1AA' }],
  ['AE', { ...sent, country: 'AE', region: 'Kent' }],
])('what is sent to %s is what it has a field for', (country, address) => {
  expect(addressOf({ ...typed, country })).toEqual(address)
})

it('a field that is absent is one that is empty', () => {
  const address = { ...sent, country: 'GB', postalCode: 'BA1 1AA' }
  expect(isSameAddress(address, { ...address, region: '' })).toBe(true)
  expect(isSameAddress(address, { ...address, region: 'Kent' })).toBe(false)
  expect(addressOf(draftOf(address))).toEqual(address)
})
