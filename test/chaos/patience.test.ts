/** What a good client sends again, and what it does not. */
import { describe, expect, it } from 'vitest'
import { UnexpectedAnswer } from '../../scripts/client/http.ts'
import { NotNow, patientWith } from '../../scripts/chaos/patience.ts'

const SHOP = {
  url: 'http://localhost:1',
  operatorToken: '',
  stateDir: '',
  stop: async () => {},
  kill: async () => {},
}
const answered = (status: number) =>
  new UnexpectedAnswer('GET /', { status, headers: new Headers(), body: '' })

/** Fails once with `error`, then answers. */
async function askedAfter(error: Error): Promise<{ sent: number; repeats: [string, number][] }> {
  const { ask, repeats } = patientWith({ running: async () => SHOP })
  let sent = 0
  await ask(async () => {
    sent += 1
    if (sent === 1) throw error
  })
  return { sent, repeats: [...repeats] }
}

describe('a good client', () => {
  it.each([
    { what: 'whose shop is gone', error: new TypeError('fetch failed'), reason: 'no answer' },
    { what: 'cut off in an answer', error: new TypeError('terminated'), reason: 'no answer' },
    { what: 'told of an error', error: answered(500), reason: '500' },
    {
      what: 'told to come later',
      error: new NotNow('service-unavailable'),
      reason: 'service-unavailable',
    },
  ])('$what sends it again, and counts that', async ({ error, reason }) => {
    expect(await askedAfter(error)).toEqual({ sent: 2, repeats: [[reason, 1]] })
  })

  it.each([
    { what: 'an order that is not there', error: answered(404) },
    { what: 'a conflict', error: answered(409) },
    { what: 'a defect of its own', error: new TypeError('x is not a function') },
  ])('takes $what for an answer', async ({ error }) => {
    await expect(askedAfter(error)).rejects.toBe(error)
  })

  it('whose shop is killed asks the next one', async () => {
    const shops = [SHOP, { ...SHOP, url: 'http://localhost:2' }]
    const asked: string[] = []
    const { ask } = patientWith({ running: async () => shops.shift() ?? SHOP })
    await ask(async ({ url }) => {
      asked.push(url)
      if (asked.length === 1) throw new TypeError('fetch failed')
    })
    expect(asked).toEqual(['http://localhost:1', 'http://localhost:2'])
  })
})
