/** What the console says of a refusal: what it was, and where the API says what to do. */
import { afterEach, expect, it } from 'vitest'
import { ApiProblem, Unanswered } from '../../web/src/api/client.ts'
import ProblemNote from '../../web/src/console/components/problem-note.vue'
import { showOnPage } from './support/on-page.ts'

let leave: (() => void) | undefined
afterEach(() => leave?.())

const said = (): string => document.querySelector('[role=alert]')?.textContent?.trim() ?? ''
const link = (): string | null | undefined =>
  document.querySelector('[role=alert] a')?.getAttribute('href')

it('a problem of the API leads to what to do about it', () => {
  const type = '/api/docs/problems#pivot-sent'
  const problem = { type, title: 'It is too late', status: 409, code: 'pivot-sent' }
  leave = showOnPage(ProblemNote, { error: new ApiProblem(problem, problem) })
  expect(said()).toContain('It is too late.')
  expect(link()).toBe(type)
})

it('no answer leads nowhere: its words say what to do', () => {
  leave = showOnPage(ProblemNote, { error: new Unanswered('sagas') })
  expect(said()).toContain('to repeat it does no harm')
  expect(link()).toBeUndefined()
})
