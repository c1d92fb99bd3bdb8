/** The form of an address: its labels and their order are those of the country. */
import { afterEach, describe, expect, it } from 'vitest'
import { nextTick, reactive } from 'vue'
import AddressFields from '../../web/src/components/address-fields.vue'
import { type AddressDraft, draftOf } from '../../web/src/stores/address-draft.ts'
import type { LanguageCode } from '../../web/src/locales/languages.ts'
import { showOnPage } from './support/on-page.ts'

let takeAway = () => {}
afterEach(() => takeAway())

function show(address: AddressDraft, code?: LanguageCode) {
  const shipTo = reactive(address)
  const edited: string[][] = []
  const onEdited = (fields: string[]) => edited.push(fields)
  takeAway = showOnPage(AddressFields, { modelValue: shipTo, errors: {}, onEdited }, code)
  return { shipTo, edited }
}

const input = (name: string) => document.querySelector<HTMLInputElement>(`input[name="${name}"]`)
const inputs = () => [...document.querySelectorAll('input')].map(({ name }) => name)
const labelOf = ({ id }: HTMLInputElement) =>
  document.querySelector(`label[for="${id}"]`)?.textContent.trim()
const labels = () => [...document.querySelectorAll('input')].map(labelOf)

describe('the form', () => {
  it.each([
    ['US', ['Full name', 'Street and number', 'City', 'State', 'ZIP code']],
    ['CA', ['Full name', 'Street and number', 'City', 'Province', 'Postal code']],
    ['GB', ['Full name', 'Street and number', 'Town or city', 'Postcode']],
    ['DE', ['Full name', 'Street and number', 'Postal code', 'City']],
    ['JP', ['Full name', 'Postal code', 'Prefecture', 'City or district', 'Street and number']],
    ['AE', ['Full name', 'Street and number', 'City or district', 'Emirate']],
  ])('in %s asks for %j', (country, asked) => {
    show(draftOf({ country }))
    expect(labels()).toEqual(asked)
  })

  it.each<[LanguageCode, string]>([
    ['zh-CN', '都道府县'],
    ['es', 'Prefectura'],
    ['ar', 'المحافظة'],
  ])('in %s calls a prefecture %s', (code, word) => {
    show(draftOf({ country: 'JP' }), code)
    expect(labels()[2]).toBe(word)
  })

  it('begins with the country, which says what the rest is', () => {
    show(draftOf())
    expect(document.querySelector('select, input')?.getAttribute('name')).toBe('country')
  })

  it.each([
    ['US', 'numeric'],
    ['JP', 'numeric'],
    ['GB', null],
    ['', null],
  ])('in "%s" asks a phone for keys: %s', (country, inputmode) => {
    show(draftOf({ country }))
    expect(input('postalCode')?.getAttribute('inputmode')).toBe(inputmode)
  })

  it('tells a browser what belongs where', () => {
    show(draftOf({ country: 'US' }))
    const tokens = [...document.querySelectorAll('input')].map(({ autocomplete }) => autocomplete)
    expect(tokens).toEqual([
      'name',
      'address-line1',
      'address-level2',
      'address-level1',
      'postal-code',
    ])
  })
})

describe('another country', () => {
  it('keeps what was typed, also where it has no field for it meanwhile', async () => {
    const { shipTo } = show(draftOf({ country: 'US', city: 'Town', postalCode: '22202' }))
    shipTo.country = 'AE'
    await nextTick()
    expect(inputs()).toEqual(['name', 'line1', 'city', 'region'])
    expect(input('city')?.value).toBe('Town')
    shipTo.country = 'JP'
    await nextTick()
    expect(inputs()).toEqual(['name', 'postalCode', 'region', 'city', 'line1'])
    expect(input('postalCode')?.value).toBe('22202')
  })

  it.each(['line1', 'city', 'postalCode'])(
    'leaves the focus in %s, wherever that is moved',
    async (name) => {
      const { shipTo } = show(draftOf({ country: 'US' }))
      input(name)?.focus()
      for (const country of ['JP', 'GB', 'DE', 'US']) {
        shipTo.country = country
        await nextTick()
        expect(document.activeElement, country).toBe(input(name))
      }
    },
  )

  it('ends what was said of the region and of the postal code', () => {
    const { edited } = show(draftOf({ country: 'US' }))
    const select = document.querySelector('select')
    if (select) select.value = 'GB'
    select?.dispatchEvent(new Event('change'))
    expect(edited).toEqual([['shipTo.country', 'shipTo.region', 'shipTo.postalCode']])
  })
})
