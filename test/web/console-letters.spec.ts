/** The console's dead letters: what others do about them is seen without a click. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import LettersPage from '../../web/src/console/pages/letters-page.vue'
import { useIntent } from '../../web/src/console/stores/intent.ts'
import type { DeadLetter } from '../../worker/api/ops/contract.ts'
import { showOnPage } from './support/on-page.ts'

const letter = (messageId: string): DeadLetter => ({
  messageId,
  at: `2026-12-01T00:00:0${messageId}.000Z`,
  kind: 'command',
  orderId: null,
  sagaId: null,
  step: null,
  body: {},
  isWhole: true,
  replayed: null,
  dismissed: null,
})
const mark = { at: '2026-12-01T00:01:00.000Z', by: 'Ann', reason: 'put right by hand' }

let kept: DeadLetter[]
let leave: () => void

const dismissed = (messageId: string): DeadLetter => ({ ...letter(messageId), dismissed: mark })
function dismiss(messageId: string): DeadLetter {
  kept = kept.map((one) => (one.messageId === messageId ? dismissed(messageId) : one))
  return dismissed(messageId)
}

beforeEach(() => {
  setActivePinia(createPinia())
  kept = ['3', '2', '1'].map(letter)
  vi.stubGlobal('fetch', async (path: string, { method }: RequestInit) => {
    if (method === 'POST') return Response.json(dismiss(path.split('/').at(-2) ?? ''))
    const letters = path.includes('handled=false') ? kept.filter((one) => !one.dismissed) : kept
    return Response.json({ letters, next: null })
  })
  leave = showOnPage(LettersPage, {})
})
afterEach(() => {
  leave()
  vi.unstubAllGlobals()
})

const cardOf = (messageId: string) => document.querySelector(`[data-letter="${messageId}"]`)
const shown = () =>
  [...document.querySelectorAll<HTMLElement>('[data-letter]')].map((card) => card.dataset['letter'])
const untilShown = (...ids: string[]) => vi.waitFor(() => expect(shown()).toEqual(ids))

it('one that a colleague has dismissed is not offered any longer, and what is open stays open', async () => {
  await untilShown('3', '2', '1')
  const details = cardOf('1')?.querySelector('details')
  if (!details) throw new Error('a letter has no body')
  details.open = true
  dismiss('2')
  document.dispatchEvent(new Event('visibilitychange'))
  await untilShown('3', '1')
  expect(cardOf('1')?.querySelector('details')?.open).toBe(true)
})

it('one that was dismissed here goes at once, and is among all of them with who did it', async () => {
  await untilShown('3', '2', '1')
  cardOf('2')?.querySelector<HTMLButtonElement>('[data-testid=dismiss]')?.click()
  await useIntent().current?.carryOut({ by: 'Ann', reason: mark.reason })
  await untilShown('3', '1')
  document.querySelector<HTMLInputElement>('[name=open-only]')?.click()
  await untilShown('3', '2', '1')
  expect(cardOf('2')?.textContent).toContain('Ann')
})
