/** Who is at the console: what the token is good for, and when it is forgotten. */
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiProblem } from '../../web/src/api/client.ts'
import { readRollout } from '../../web/src/console/api/ops-api.ts'
import { createConsoleRouter } from '../../web/src/console/router.ts'
import { useOperator } from '../../web/src/console/stores/operator.ts'

const REFUSED = { status: 401, code: 'operator-required', title: 'Not an operator', type: '' }

/** The tab is loaded again: its memory stays. */
function reload(): ReturnType<typeof useOperator> {
  setActivePinia(createPinia())
  return useOperator()
}

let sent: (string | null)[]
let answers: (() => Response | Promise<Response>)[]

beforeEach(() => {
  sessionStorage.clear()
  localStorage.clear()
  sent = []
  answers = []
  setActivePinia(createPinia())
  vi.stubGlobal('fetch', async (_path: string, init: RequestInit) => {
    sent.push(new Headers(init.headers).get('Authorization'))
    return (answers.shift() ?? (() => Response.json({})))()
  })
})
afterEach(() => vi.unstubAllGlobals())

const refusal = () => Response.json(REFUSED, { status: 401 })

describe('the token', () => {
  it('goes with each request, and survives a reload of the tab', async () => {
    useOperator().signIn('s3cret')
    const operator = reload()
    expect(operator.isSignedIn).toBe(true)
    await readRollout()
    expect(sent).toEqual(['Bearer s3cret'])
  })

  it('that the API refuses is forgotten, and it says so', async () => {
    useOperator().signIn('old')
    answers = [refusal]
    await expect(readRollout()).rejects.toThrow(ApiProblem)
    expect(useOperator()).toMatchObject({ isSignedIn: false, wasRefused: true })
    expect(reload().isSignedIn).toBe(false)
  })

  it('that was given meanwhile stays when an older one is refused', async () => {
    const operator = useOperator()
    operator.signIn('old')
    const canAnswer = Promise.withResolvers<Response>()
    answers = [() => canAnswer.promise]
    const asked = readRollout()
    operator.signIn('new')
    canAnswer.resolve(refusal())
    await expect(asked).rejects.toThrow(ApiProblem)
    expect(operator).toMatchObject({ token: 'new', wasRefused: false })
  })

  it.each(['two words', 'naïve', 'line\nbreak'])(
    'that no header can carry is refused at once: %j',
    (token) => {
      useOperator().signIn(token)
      expect(useOperator()).toMatchObject({ isSignedIn: false, wasRefused: true })
    },
  )

  it('that the address brings is taken out of it', async () => {
    const router = createConsoleRouter()
    await router.push('/token=from-npm-start')
    expect(useOperator().token).toBe('from-npm-start')
    expect(router.currentRoute.value.fullPath).toBe('/')
  })

  it('is forgotten by who signs out; the name is kept', () => {
    const operator = useOperator()
    operator.signIn('s3cret')
    operator.name = 'Ann'
    operator.signOut()
    expect(reload()).toMatchObject({ isSignedIn: false, wasRefused: false, name: 'Ann' })
  })
})
