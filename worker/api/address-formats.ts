/**
 * How an address is written, and what it needs, by country. Pure: the API and the page share it.
 *
 * After the Universal Postal Union, as far as the shop has fields for it.
 */
import type { ShipTo } from './contract.ts'

export type AddressField = Exclude<keyof ShipTo, 'country'>

type PostalCode = {
  word: 'zip' | 'postcode' | 'postalCode'
  /** Absent where any code is taken, and none. */
  shape?: {
    /** Of a code without its spaces and hyphens, in capitals. */
    pattern: RegExp
    /** Between the groups of the pattern. */
    joint: '' | ' ' | '-'
    example: string
  }
}

export type AddressFormat = {
  /** Of the label, where a field that is empty takes no room. */
  lines: readonly (readonly AddressField[])[]
  city: 'city' | 'town' | 'district'
  /** Absent where nobody is asked for one. */
  region?: { word: 'state' | 'province' | 'prefecture' | 'emirate' | 'area'; isRequired: boolean }
  postalCode?: PostalCode
}

const POSTAL_FIRST = [['name'], ['line1'], ['postalCode', 'city'], ['region']] as const
const POSTAL_FIRST_WITH_REGION = [['name'], ['line1'], ['postalCode', 'city', 'region']] as const
const POSTAL_LAST = [['name'], ['line1'], ['city', 'region', 'postalCode']] as const
/** From the large to the small. */
const PERSON_LAST = [['postalCode'], ['region', 'city'], ['line1'], ['name']] as const

const digits = (pattern: RegExp, example: string): PostalCode => ({
  word: 'postalCode',
  shape: { pattern, joint: '', example },
})
const FIVE_DIGITS = /^(\d{5})$/

const ELSEWHERE: AddressFormat = {
  lines: POSTAL_FIRST,
  city: 'city',
  postalCode: { word: 'postalCode' },
}

const FORMATS: Readonly<Record<string, AddressFormat>> = {
  // While none is chosen: what most that can be have, so that little moves when one is.
  '': { ...ELSEWHERE, lines: POSTAL_LAST, region: { word: 'area', isRequired: false } },
  US: {
    lines: POSTAL_LAST,
    city: 'city',
    region: { word: 'state', isRequired: true },
    postalCode: {
      word: 'zip',
      shape: { pattern: /^(\d{5})(\d{4})?$/, joint: '-', example: '22202' },
    },
  },
  CA: {
    lines: POSTAL_LAST,
    city: 'city',
    region: { word: 'province', isRequired: true },
    postalCode: {
      word: 'postalCode',
      shape: {
        pattern: /^([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])(\d[ABCEGHJ-NPRSTV-Z]\d)$/,
        joint: ' ',
        example: 'K1A 0B1',
      },
    },
  },
  MX: {
    lines: POSTAL_FIRST_WITH_REGION,
    city: 'city',
    region: { word: 'state', isRequired: true },
    postalCode: digits(FIVE_DIGITS, '06600'),
  },
  GB: {
    lines: [['name'], ['line1'], ['city'], ['region'], ['postalCode']],
    city: 'town',
    postalCode: {
      word: 'postcode',
      shape: {
        pattern: /^([A-Z]{1,2}\d[A-Z\d]?|GIR)(\d[A-Z]{2})$/,
        joint: ' ',
        example: 'SW1A 1AA',
      },
    },
  },
  DE: { ...ELSEWHERE, postalCode: digits(FIVE_DIGITS, '10115') },
  FR: { ...ELSEWHERE, postalCode: digits(FIVE_DIGITS, '75001') },
  ES: { ...ELSEWHERE, postalCode: digits(FIVE_DIGITS, '28013') },
  NL: {
    ...ELSEWHERE,
    postalCode: {
      word: 'postalCode',
      shape: { pattern: /^([1-9]\d{3})([A-Z]{2})$/, joint: ' ', example: '1012 JS' },
    },
  },
  IS: { ...ELSEWHERE, postalCode: digits(/^(\d{3})$/, '101') },
  JP: {
    lines: PERSON_LAST,
    city: 'district',
    region: { word: 'prefecture', isRequired: true },
    postalCode: {
      word: 'postalCode',
      shape: { pattern: /^(\d{3})(\d{4})$/, joint: '-', example: '100-0001' },
    },
  },
  CN: {
    lines: PERSON_LAST,
    city: 'district',
    region: { word: 'province', isRequired: true },
    postalCode: digits(/^(\d{6})$/, '100006'),
  },
  AE: {
    lines: [['name'], ['line1'], ['city'], ['region'], ['postalCode']],
    city: 'district',
    region: { word: 'emirate', isRequired: true },
  },
  SA: {
    lines: [['name'], ['line1'], ['city', 'postalCode'], ['region']],
    city: 'city',
    region: { word: 'area', isRequired: false },
    postalCode: {
      word: 'postalCode',
      shape: { pattern: /^(\d{5})(\d{4})?$/, joint: '-', example: '12213' },
    },
  },
}

export const formatOf = (country: string): AddressFormat => FORMATS[country] ?? ELSEWHERE
