/** `POST /api/orders` while too much is under way. */
import { describe, expect, it, vi } from 'vitest'
import { NO_OUTCOMES } from '../../durable-objects/core/breaker.ts'
import { NO_TIMES, NO_TRAFFIC, withTime } from '../../durable-objects/core/load.ts'
import type { ApiBindings } from '../../worker/api/ports.ts'
import { BreakersInMemory } from '../support/breakers.ts'
import { bindings } from './support/doubles.ts'
import { ORDER, customerId, place, usePlacing } from './support/placing.ts'
import { asCustomer, problemOf } from './support/requests.ts'

const { databases, logged } = usePlacing()

const busy = (breakers: BreakersInMemory) => bindings(databases(), { BREAKERS: breakers })
/** As many replies as a breaker wants to see, each of which took so long. */
const slow = async (breakers: BreakersInMemory, domain: string, tookMs: number) => {
  const times = Array.from({ length: 20 }, () => tookMs).reduce(withTime, NO_TIMES)
  await breakers.of(domain).exchange(NO_OUTCOMES, { ...NO_TRAFFIC, times })
}
const refusalOf = async (env: ApiBindings, key: string) => {
  const response = await place(env, key, ORDER)
  return { response, problem: await problemOf(response) }
}

describe('while too much is under way', () => {
  it('an order is refused whose domain has too many commands waiting; a quote is not', async () => {
    const breakers = new BreakersInMemory({ backlogMax: 100 })
    breakers.backlog.set('payments', 101)
    const env = busy(breakers)
    const { response, problem } = await refusalOf(env, 'crowd')
    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('1')
    expect(problem).toMatchObject({ code: 'overloaded', service: 'payments' })
    expect(logged, 'it is nobody’s failure').not.toHaveBeenCalled()
    const asked = await asCustomer(env, customerId)
    const quote = await asked('POST /api/quotes', { json: { lines: ORDER.lines, country: 'US' } })
    expect(quote.status).toBe(200)
    const thinned = new BreakersInMemory({ backlogMax: 100 })
    thinned.backlog.set('payments', 100)
    expect((await place(busy(thinned), 'crowd', ORDER)).status).toBe(202)
  })

  it('an order is refused that would be past its deadline', async () => {
    const breakers = new BreakersInMemory()
    // Of three seconds, one is for compensation.
    await slow(breakers, 'inventory', 900)
    await slow(breakers, 'logistics', 700)
    await slow(breakers, 'payments', 1_300)
    const { response, problem } = await refusalOf(busy(breakers), 'late')
    expect(problem).toMatchObject({ status: 503, code: 'overloaded' })
    expect(response.headers.get('Retry-After')).toBe('5')
    expect(
      (await place({ ...busy(breakers), SAGA_DEADLINE_MS: '9000' }, 'late', ORDER)).status,
    ).toBe(202)
  })

  it('of orders that would need most of their time some are refused, by chance', async () => {
    const breakers = new BreakersInMemory()
    // About 1.5 s of two.
    await slow(breakers, 'payments', 1_400)
    const chance = vi.spyOn(Math, 'random').mockReturnValue(0.01)
    expect((await refusalOf(busy(breakers), 'unlucky')).problem).toMatchObject({
      code: 'overloaded',
    })
    chance.mockReturnValue(0.99)
    expect((await place(busy(breakers), 'lucky', ORDER)).status).toBe(202)
    chance.mockReturnValue(0.01)
    const longer = { ...busy(breakers), SAGA_DEADLINE_MS: '6000' }
    expect((await place(longer, 'unhurried', ORDER)).status, 'half of it is left').toBe(202)
    chance.mockRestore()
  })

  it('what an order does not need does not make it late', async () => {
    const breakers = new BreakersInMemory()
    await slow(breakers, 'points', 30_000)
    expect((await place(busy(breakers), 'no-points', ORDER)).status).toBe(202)
  })

  it('N1: an order that exists wins, as ever', async () => {
    const breakers = new BreakersInMemory()
    const env = busy(breakers)
    const first = await place(env, 'before-the-crowd', ORDER)
    breakers.backlog.set('payments', 1_000_000)
    env.BREAKERS = { getByName: (domain) => breakers.getByName(domain) }
    const repeat = await place(env, 'before-the-crowd', ORDER)
    expect(repeat.status).toBe(202)
    expect(await repeat.json()).toEqual(await first.json())
  })
})
