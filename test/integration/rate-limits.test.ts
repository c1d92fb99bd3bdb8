/** The platform's own limiters, with the numbers that are deployed. */
import { describe, expect, it } from 'vitest'
import { problemSchema } from '../../worker/api/contract.ts'
import { Customer, goodOrder, request } from './shop.ts'

const SESSION_LIMIT = 120
const ADDRESS_LIMIT = 1_200

/**
 * The first answer that is a 429. Requests are counted by the minute, and a new one may begin while they
 * are sent, but only once.
 */
async function whenLimited(limit: number, ask: () => Promise<Response>): Promise<Response> {
  for (let count = 1; count <= 2 * limit + 1; count += 1) {
    const response = await ask()
    if (response.status !== 429) continue
    expect(count).toBeGreaterThan(limit)
    return response
  }
  throw new Error(`${2 * limit + 1} were let through`)
}

/** Without a session, which is found out only later. */
const askFrom = (address: string): Promise<Response> =>
  request('/api/quotes', { method: 'POST', headers: { 'CF-Connecting-IP': address } })

describe('rate limits', () => {
  it(`a session is told to wait after ${SESSION_LIMIT} requests; another one is not`, async () => {
    const [greedy, modest] = await Promise.all([Customer.arrive(), Customer.arrive()])
    const malformed = { method: 'POST', body: '{' }
    const limited = await whenLimited(SESSION_LIMIT, () => greedy.request('/api/quotes', malformed))
    expect(limited.headers.get('Retry-After')).toBe('60')
    expect(problemSchema.parse(await limited.json())).toMatchObject({ code: 'rate-limited' })
    await modest.settled((await modest.order(goodOrder)).id)
  })

  it(`an address is told to wait after ${ADDRESS_LIMIT} requests; another one is not`, async () => {
    await whenLimited(ADDRESS_LIMIT, () => askFrom('2001:db8::1'))
    expect((await askFrom('2001:db8::2')).status).toBe(429)
    expect((await askFrom('2001:db8:1::1')).status).toBe(401)
  })
})
