/** What one operator decides while another one does: nothing that was not seen is overwritten. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import { CANARY_SETTINGS, figuresOf } from '../../durable-objects/core/canary.ts'
import RolloutPage from '../../web/src/console/pages/rollout-page.vue'
import { useIntent } from '../../web/src/console/stores/intent.ts'
import type { RolloutView } from '../../worker/api/ops/rollout-contract.ts'
import { showOnPage } from './support/on-page.ts'

const STALE = { status: 412, code: 'changed-since', title: 'It has been changed since', type: '' }

const shown: RolloutView = {
  saga: 'order-create',
  versions: [1, 2],
  stable: 1,
  candidate: 2,
  percent: 10,
  automatic: true,
  stepEndsAt: null,
  figures: { stable: figuresOf([]), candidate: figuresOf([]) },
  verdict: null,
  settings: CANARY_SETTINGS,
  changes: [],
  etag: '"ann"',
}

let now: RolloutView
let sent: { ifMatch: string | null; body: unknown }[]
let leave: () => void
beforeEach(() => {
  setActivePinia(createPinia())
  now = shown
  sent = []
  vi.stubGlobal('fetch', async (_path: string, { method, headers, body }: RequestInit) => {
    if (method !== 'PUT') return Response.json(now)
    const ifMatch = new Headers(headers).get('If-Match')
    sent.push({ ifMatch, body: typeof body === 'string' ? JSON.parse(body) : null })
    return ifMatch === now.etag
      ? Response.json(now)
      : Response.json(STALE, { status: STALE.status })
  })
  leave = showOnPage(RolloutPage, {})
})
afterEach(() => {
  leave()
  vi.unstubAllGlobals()
})

const percentField = () => document.querySelector<HTMLInputElement>('[name=percent]')
const read = () => vi.waitFor(() => expect(percentField()).not.toBeNull())
/** The page asks again, and shows a share of `percent`. */
async function look(percent: string): Promise<void> {
  document.dispatchEvent(new Event('visibilitychange'))
  const rollout = document.querySelector<HTMLElement>('[data-testid=rollout]')
  await vi.waitFor(() => expect(rollout?.dataset['percent']).toBe(percent))
}
const press = (testId: string) =>
  document.querySelector<HTMLButtonElement>(`[data-testid="${testId}"]`)?.click()
const carryOut = () => useIntent().current?.carryOut({ by: 'Ben', reason: 'a bad night' })

it('what was changed after the choice is refused, though shown since, and the next choice is made on it', async () => {
  await read()
  press('take-back')
  // Ann, while Ben is typing his reason.
  now = { ...shown, stable: 2, candidate: 1, percent: 25, etag: '"ann-again"' }
  await look('25')
  await expect(carryOut()).rejects.toMatchObject({ status: 412 })
  expect(percentField()?.value).toBe('25')
  press('take-back')
  await carryOut()
  expect(sent.map(({ ifMatch }) => ifMatch)).toEqual(['"ann"', '"ann-again"'])
  expect(sent[1]?.body).toMatchObject({ stable: 2, candidate: null })
})

it('a share that was typed stays, whatever becomes of the one that there is', async () => {
  await read()
  const field = percentField()
  if (!field) throw new Error('there is no share to type')
  field.value = '33'
  field.dispatchEvent(new Event('input'))
  await nextTick()
  now = { ...shown, percent: 25 }
  await look('25')
  expect(percentField()?.value).toBe('33')
})
