/** Where an order goes, and the form to send it elsewhere. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
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
let savedOver: ShipTo[]
let answer: PromiseWithResolvers<boolean>
let takeAway = () => {}
const props = reactive({
  shipTo: HOME,
  changeable: true,
  saving: false,
  errors: {},
  problem: null,
  save: async (shipTo: ShipTo, from: ShipTo) => {
    saved.push(shipTo)
    savedOver.push(from)
    props.saving = true
    const isTaken = await answer.promise
    props.saving = false
    return isTaken
  },
})
beforeEach(() => {
  saved = []
  savedOver = []
  answer = Promise.withResolvers()
  props.shipTo = HOME
  props.changeable = true
  props.saving = false
  props.errors = {}
  takeAway = showOnPage(AddressCard, props)
})
afterEach(() => takeAway())

const input = (name: string) => document.querySelector<HTMLInputElement>(`input[name="${name}"]`)

const change = () => document.querySelector<HTMLElement>('[data-testid="change-address"]')

const heading = () => document.querySelector('h3')
const discard = () =>
  [...document.querySelectorAll('button')].find(({ textContent }) => textContent === 'Discard')

async function edit(): Promise<void> {
  change()?.click()
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
  await settle()
}
async function settle(): Promise<void> {
  for (let ticks = 0; ticks < 4; ticks += 1) await nextTick()
}
const errors = () =>
  [...document.querySelectorAll('[aria-invalid="true"]')].map((field) => field.getAttribute('name'))

it('a form that is open when the address becomes fixed says so, keeps what was typed, and saves nothing', async () => {
  await edit()
  await type('line1', '2 Way')
  props.changeable = false
  await nextTick()
  const form = document.querySelector('form')
  expect(form?.querySelector('[role="status"]')?.textContent).toContain('no longer be changed')
  expect(form?.querySelector('[type="submit"]')).toHaveProperty('disabled', true)
  expect(input('line1')?.value).toBe('2 Way')
  await save()
  expect(saved).toEqual([])
  discard()?.click()
  await settle()
  expect(document.querySelector('[data-testid="ship-to"]')?.textContent).toContain('1 Way')
})

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

it('is saved over the address that the shopper has seen, not over one that has come since', async () => {
  const elsewhere = { ...HOME, city: 'Bath' }
  await edit()
  await type('region', 'VA')
  props.shipTo = elsewhere
  await save()
  answer.resolve(false)
  await settle()
  // Now they have been told of it.
  await save()
  expect(savedOver).toEqual([HOME, elsewhere])
})

describe('the focus', () => {
  it('is in the first field that can be filled in, and back at the button when it is discarded', async () => {
    await edit()
    expect(document.activeElement).toBe(input('name'))
    discard()?.click()
    await settle()
    expect(change()).not.toBeNull()
    expect(document.activeElement).toBe(change())
  })

  it('is at the heading while the address is saved, and then back at the button', async () => {
    await edit()
    await type('region', 'VA')
    await save()
    expect(change()).toBeNull()
    expect(document.activeElement).toBe(heading())
    answer.resolve(true)
    await settle()
    expect(change()).not.toBeNull()
    expect(document.activeElement).toBe(change())
  })

  it('is in the form again if the address is refused', async () => {
    await edit()
    await type('region', 'VA')
    await save()
    props.errors = { 'shipTo.city': 'Too long' }
    answer.resolve(false)
    await settle()
    expect(document.activeElement).toBe(input('city'))
  })

  it('stays where the shopper has taken it meanwhile', async () => {
    const elsewhere = document.body.appendChild(document.createElement('button'))
    await edit()
    await type('region', 'VA')
    await save()
    elsewhere.focus()
    answer.resolve(true)
    await settle()
    expect(document.activeElement).toBe(elsewhere)
  })
})
