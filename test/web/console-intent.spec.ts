/** What an operator is about to do: what came of it is told, whatever they have turned to meanwhile. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { nextTick } from 'vue'
import { ApiProblem, Unanswered } from '../../web/src/api/client.ts'
import IntentDialog from '../../web/src/console/components/intent-dialog.vue'
import { createConsoleRouter } from '../../web/src/console/router.ts'
import { type Intent, useIntent } from '../../web/src/console/stores/intent.ts'
import { useOperator } from '../../web/src/console/stores/operator.ts'
import { useNotices } from '../../web/src/stores/notices.ts'
import { showOnPage } from './support/on-page.ts'

let leave: () => void
beforeEach(() => {
  localStorage.clear()
  setActivePinia(createPinia())
  useOperator().signIn('s3cret')
  leave = showOnPage(IntentDialog, {})
})
afterEach(() => leave())

/** Its answer comes when the test says so. */
function offer(action: string) {
  const answer = Promise.withResolvers<undefined>()
  const intent: Intent = { title: action, text: '', action, carryOut: () => answer.promise }
  useIntent().propose(intent)
  return answer
}
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await nextTick()
}
async function carryOut(): Promise<void> {
  await nextTick()
  document.querySelector('form')?.dispatchEvent(new Event('submit', { cancelable: true }))
  await settle()
}
const reasonField = () => document.querySelector<HTMLInputElement>('[name=reason]')
async function type(reason: string): Promise<void> {
  await nextTick()
  const field = reasonField()
  if (!field) throw new Error('there is no reason to give')
  field.value = reason
  field.dispatchEvent(new Event('input'))
  await settle()
}
const title = () => document.querySelector('#intent-title')?.textContent
const problem = () => document.querySelector('[role=alert]')?.textContent?.trim()

it('what fails is told in the dialog, which stays', async () => {
  const retry = offer('Retry')
  await carryOut()
  retry.reject(new Unanswered('retry'))
  await settle()
  expect(title()).toBe('Retry')
  expect(problem()).toContain('to repeat it does no harm')
  expect(useNotices().current).toBeNull()
})

it('what fails once its dialog was left is told all the same', async () => {
  const retry = offer('Retry')
  await carryOut()
  useIntent().drop()
  await settle()
  retry.reject(new Unanswered('retry'))
  await settle()
  expect(useNotices().current).toMatchObject({ title: 'Retry', isProblem: true })
  expect(useNotices().current?.text).toContain('to repeat it does no harm')
})

it('the next dialog is neither held up, nor closed, nor blamed by what was left under way', async () => {
  const retry = offer('Retry')
  await carryOut()
  const skip = offer('Skip')
  await carryOut()
  retry.resolve(undefined)
  await settle()
  expect(useNotices().current?.title).toBe('Done: Retry')
  expect(title()).toBe('Skip')
  skip.reject(new Unanswered('skip'))
  await settle()
  expect(problem()).toContain('to repeat it does no harm')

  const again = offer('Retry')
  await carryOut()
  offer('Resume')
  again.reject(new Unanswered('retry'))
  await settle()
  expect(title()).toBe('Resume')
  expect(problem()).toBeUndefined()
})

it('a dialog goes with the page that it is about: Back shows another order, and acts on none', async () => {
  const router = createConsoleRouter()
  await router.push('/sagas/ord_a')
  offer('Give up')
  await settle()
  expect(title()).toBe('Give up')
  await router.push('/sagas/ord_b')
  await settle()
  expect(title()).toBeUndefined()
})

describe('a reason that was typed', () => {
  it('is there again when the token was refused meanwhile, and the dialog is not in the way of a new one', async () => {
    offer('Hold open')
    await type('the provider is moving')
    useOperator().refuse('s3cret')
    await settle()
    expect(title()).toBeUndefined()
    useOperator().signIn('new')
    offer('Hold open')
    await settle()
    expect(reasonField()?.value).toBe('the provider is moving')
  })

  it('is there again when the token was refused to what it was typed for', async () => {
    const hold = offer('Hold open')
    await type('the provider is moving')
    await carryOut()
    useOperator().refuse('s3cret')
    hold.reject(new ApiProblem({ status: 401, code: '', title: '', type: '' }, null))
    await settle()
    expect(useNotices().current).toBeNull()
    offer('Hold open')
    await settle()
    expect(reasonField()?.value).toBe('the provider is moving')
  })

  it('is there again for what was changed by somebody else, which is not sent a second time as it was', async () => {
    const hold = offer('Hold open')
    await type('the provider is moving')
    await carryOut()
    const problem412 = {
      status: 412,
      code: 'changed-since',
      title: 'It has been changed',
      type: '',
    }
    hold.reject(new ApiProblem({ ...problem412, detail: 'by Ben: it is back' }, null))
    await settle()
    expect(problem()).toContain('by Ben: it is back')
    expect(document.querySelector<HTMLButtonElement>('[data-testid=carry-out]')?.disabled).toBe(
      true,
    )
    useIntent().drop()
    await settle()
    offer('Hold open')
    await settle()
    expect(reasonField()?.value).toBe('the provider is moving')
  })

  it('is gone with what was left, and with the page', async () => {
    offer('Hold open')
    await type('the provider is moving')
    useIntent().drop()
    await settle()
    offer('Let go')
    await settle()
    expect(reasonField()?.value).toBe('')
    await type('it is back')
    useOperator().refuse('s3cret')
    await settle()
    const router = createConsoleRouter()
    await router.push('/rollout')
    await router.push('/sagas/ord_a')
    offer('Retry')
    await settle()
    expect(reasonField()?.value).toBe('')
  })
})
