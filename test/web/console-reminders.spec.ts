/** The form by which a domain is reminded of what it did. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import RemindDomain from '../../web/src/console/components/remind-domain.vue'
import { showOnPage } from './support/on-page.ts'

const AFTER = `ord_${'1'.padStart(32, '0')}`
const refused = { sagaId: 'not an order', step: 'reserve-stock', direction: 'action' }

const asked: { path: string; body: unknown }[] = []
let leave: (() => void) | undefined
beforeEach(() => {
  setActivePinia(createPinia())
  asked.length = 0
})
afterEach(() => {
  leave?.()
  vi.unstubAllGlobals()
})

const LOST = { isLost: true }
/** The API gives these, one after the other. */
function answering(...reports: object[]): void {
  const turns = reports.values()
  vi.stubGlobal('fetch', async (path: string, { body }: { body: string }) => {
    asked.push({ path, body: JSON.parse(body) })
    const report = turns.next().value
    return report === LOST ? Promise.reject(new TypeError('offline')) : Response.json(report)
  })
}

async function fill(name: string, value: string): Promise<void> {
  const field = document.querySelector<HTMLInputElement>(`[name="${name}"]`)
  if (!field) throw new Error(`no field ${name}`)
  field.value = value
  field.dispatchEvent(new Event(name === 'domain' ? 'change' : 'input'))
  await nextTick()
}

const start = () =>
  document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))

const tryAgain = () => document.querySelector<HTMLButtonElement>('[data-testid=problem] button')

it('walks to the end, adds up, and lists what was refused', async () => {
  answering(
    {
      orders: 50,
      done: 90,
      refused: [{ ...refused, code: 'out-of-stock' }],
      failed: 1,
      next: AFTER,
    },
    { orders: 7, done: 14, refused: [], failed: 0, next: null },
  )
  leave = showOnPage(RemindDomain, {})
  await fill('domain', 'points')
  await fill('since', '2026-11-30T12:00')
  start()
  await vi.waitFor(() => expect(document.body.textContent).toContain('104'))
  const since = new Date('2026-11-30T12:00').toISOString()
  const path = '/api/ops/domains/points/reminders'
  expect(asked).toEqual([
    { path, body: { since, limit: 50 } },
    { path, body: { since, limit: 50, after: AFTER } },
  ])
  const said = document.body.textContent
  expect(said).toContain('Orders57')
  expect(said).toContain('Refused1')
  expect(said).toContain('points: reserve-stock (action)')
  expect(said).toContain('out-of-stock')
  // Another one is chosen for the next walk; what was refused was refused by this one.
  await fill('domain', 'coupons')
  expect(document.body.textContent).toContain('points: reserve-stock (action)')
})

it('goes on where it failed, with what it began with, and adds to what it had', async () => {
  const part = { orders: 50, done: 90, refused: [], failed: 0, next: AFTER }
  answering(part, LOST, { ...part, orders: 7, done: 14, next: null })
  leave = showOnPage(RemindDomain, {})
  await fill('domain', 'points')
  await fill('since', '2026-11-30T12:00')
  start()
  await vi.waitFor(() => expect(tryAgain()).not.toBeNull())
  await fill('domain', 'coupons')
  tryAgain()?.click()
  await vi.waitFor(() => expect(document.body.textContent).toContain('Orders57'))
  expect(tryAgain()).toBeNull()
  expect(asked).toHaveLength(3)
  expect(asked[2]).toEqual(asked[1])
})
