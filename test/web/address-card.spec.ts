/** Where an order goes, and the form to send it elsewhere. */
import { afterEach, beforeEach, expect, it } from 'vitest'
import { nextTick, reactive } from 'vue'
import type { ShipTo } from '../../worker/api/contract.ts'
import AddressCard from '../../web/src/components/address-card.vue'
import { showOnPage } from './support/on-page.ts'

/** From before there was a region. */
const HOME: ShipTo = {
  name: 'Ada',
  line1: '1 Way',
  city: 'Arlington',
  postalCode: '22202',
  country: 'US',
}

let saved: ShipTo[]
let takeAway = () => {}
const props = reactive({
  shipTo: HOME,
  changeable: true,
  saving: false,
  errors: {},
  problem: null,
  save: async (shipTo: ShipTo) => {
    saved.push(shipTo)
    return true
  },
})
beforeEach(() => {
  saved = []
  props.errors = {}
  takeAway = showOnPage(AddressCard, props)
})
afterEach(() => takeAway())

const input = (name: string) => document.querySelector<HTMLInputElement>(`input[name="${name}"]`)

async function edit(): Promise<void> {
  document.querySelector<HTMLElement>('[data-testid="change-address"]')?.click()
  await nextTick()
}
async function type(name: string, text: string): Promise<void> {
  const field = input(name)
  if (field) field.value = text
  field?.dispatchEvent(new Event('input'))
  await nextTick()
}
async function save(): Promise<void> {
  document.querySelector('form')?.dispatchEvent(new Event('submit'))
  await nextTick()
  await nextTick()
}
const errors = () =>
  [...document.querySelectorAll('[aria-invalid="true"]')].map((field) => field.getAttribute('name'))

it('an address that lacks what its country needs is not sent, and leads to the field', async () => {
  await edit()
  await type('postalCode', '2220')
  await save()
  expect(saved).toEqual([])
  expect(errors()).toEqual(['region', 'postalCode'])
  expect(document.activeElement).toBe(input('region'))
  await type('region', 'VA')
  expect(errors()).toEqual(['postalCode'])
  await type('postalCode', '22202 1234')
  await save()
  expect(saved).toEqual([{ ...HOME, region: 'VA', postalCode: '22202-1234' }])
})

it('what the API refuses is shown at its field', async () => {
  await edit()
  props.errors = { 'shipTo.line1': 'Too long' }
  await nextTick()
  expect(errors()).toEqual(['line1'])
})
