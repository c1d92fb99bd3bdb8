/** What an address needs in each country, as the API and the page both know it. */
import { describe, expect, it } from 'vitest'
import type { ShipTo } from '../../worker/api/contract.ts'
import { formatOf } from '../../worker/api/address-formats.ts'
import { addressFaults, postalCodeIn, rowsOf, tidied } from '../../worker/api/address-rules.ts'

const at = (country: string, rest: Partial<ShipTo> = {}): ShipTo => ({
  name: 'Ada',
  line1: '1 Way',
  city: 'Town',
  country,
  ...rest,
})

describe('a postal code', () => {
  it.each([
    ['US', '22202', '22202'],
    ['US', ' 22202 1234', '22202-1234'],
    ['CA', 'k1a0b1', 'K1A 0B1'],
    ['GB', 'sw1a1aa', 'SW1A 1AA'],
    ['GB', 'm1 1ae', 'M1 1AE'],
    ['DE', '10115', '10115'],
    ['NL', '1012js', '1012 JS'],
    ['IS', '101', '101'],
    ['JP', '1000001', '100-0001'],
    ['JP', '〒１００ー０００１', '100-0001'],
    ['CN', '100 006', '100006'],
    ['SA', '١٢٢١٣', '12213'],
    ['AE', ' 00000 ', '00000'],
    ['BR', '01310-100', '01310-100'],
  ])('of %s, typed as "%s", is written %s', (country, typed, written) => {
    expect(postalCodeIn(country, typed)).toBe(written)
    expect(postalCodeIn(country, written)).toBe(written)
    expect(tidied(at(country, { postalCode: typed })).postalCode).toBe(written)
  })

  it.each([
    ['US', '2220'],
    ['US', 'SW1A 1AA'],
    ['CA', 'D1A 0B1'],
    ['GB', 'BA1'],
    ['DE', '101155'],
    ['FR', 'Paris'],
    ['ES', '2801'],
    ['MX', '0660'],
    ['NL', '0012 JS'],
    ['IS', '1010'],
    ['JP', '100-001'],
    ['CN', '10000'],
    ['SA', '1221'],
  ])('of %s is not %s', (country, typed) => {
    expect(postalCodeIn(country, typed)).toBeNull()
    const address = at(country, { postalCode: typed, region: 'Region' })
    expect(addressFaults(address)).toEqual([{ field: 'postalCode', kind: 'malformed' }])
  })
})

describe('an address', () => {
  it.each([
    ['US', ['region', 'postalCode']],
    ['MX', ['postalCode', 'region']],
    ['JP', ['postalCode', 'region']],
    ['GB', ['postalCode']],
    ['AE', ['region']],
    ['SA', ['postalCode']],
    // Not in the table: nothing that it must have is known.
    ['BR', []],
  ])('in %s with street and city alone lacks %j', (country, lacking) => {
    expect(addressFaults(at(country, { postalCode: ' ' }))).toEqual(
      lacking.map((field) => ({ field, kind: 'missing' })),
    )
  })

  it.each(['\u200B', '\u202E\u2060', '\u0000', '--', '\uD800'])(
    'whose name is %j has none',
    (name) => {
      expect(addressFaults(at('AE', { name, region: 'Dubai' }))).toEqual([
        { field: 'name', kind: 'missing' },
      ])
    },
  )

  it('whose postal code is empty has none', () => {
    expect(tidied(at('AE', { postalCode: '', region: 'Dubai' }))).toEqual(
      at('AE', { region: 'Dubai' }),
    )
  })

  it.each([
    ['US', [['name'], ['line1'], ['city', 'region', 'postalCode']]],
    ['GB', [['name'], ['line1'], ['city', 'postalCode']]],
    ['DE', [['name'], ['line1'], ['postalCode', 'city']]],
    ['JP', [['name'], ['postalCode', 'region', 'city'], ['line1']]],
    ['AE', [['name'], ['line1'], ['city', 'region']]],
    ['', [['name'], ['line1'], ['city', 'region', 'postalCode']]],
    ['BR', [['name'], ['line1'], ['postalCode', 'city']]],
  ])('in "%s" is asked for as it is written there', (country, rows) => {
    expect(rowsOf(formatOf(country))).toEqual(rows)
  })
})
