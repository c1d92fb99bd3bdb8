/** `POST /api/orders` while a service is held back by its breaker. */
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { ApiBindings } from '../../worker/api/ports.ts'
import { BreakersInMemory } from '../support/breakers.ts'
import { bindings } from './support/doubles.ts'
import { ORDER, customerId, place, usePlacing } from './support/placing.ts'
import { asCustomer, problemOf } from './support/requests.ts'

const { databases } = usePlacing()

function held(...domains: string[]): ApiBindings {
  const BREAKERS = new BreakersInMemory()
  for (const domain of domains) {
    BREAKERS.of(domain).change({ force: 'open', by: 'Ann', reason: 'it is moving' })
  }
  return bindings(databases(), { BREAKERS })
}

describe('while a service is held back by its breaker', () => {
  it.each(['inventory', 'logistics', 'payments'])(
    'an order that needs %s is answered at once: what does not work, and when to try again',
    async (domain) => {
      const env = held(domain)
      const response = await place(env, `held-${domain}`, ORDER)
      expect(response.status).toBe(503)
      expect(response.headers.get('Retry-After')).toBe('5')
      const problem = await problemOf(response)
      expect(problem).toMatchObject({ code: 'domain-unavailable', service: domain })
      expect(problem.detail).toContain('Try again in 5 s')
      expect(problem).not.toHaveProperty('errors')
    },
  )

  it('N1: an order that exists wins, as ever', async () => {
    const env = bindings(databases())
    const first = await place(env, 'before', ORDER)
    env.BREAKERS = held('payments').BREAKERS
    const repeat = await place(env, 'before', ORDER)
    expect(repeat.status).toBe(202)
    expect(await repeat.json()).toEqual(await first.json())
  })

  it('what an order does not need does not stand in its way', async () => {
    expect((await place(held('points'), 'no-points', ORDER)).status).toBe(202)
    expect((await place(held('coupons'), 'no-coupon', ORDER)).status).toBe(202)
    const free = { ...ORDER, lines: [{ sku: 'POT', quantity: 1 }], points: 6_000 }
    const env = held('payments')
    env.POINTS.balance = async () => ({ available: 6_000, frozen: 0 })
    expect((await place(env, 'free', free)).status, 'no card is charged').toBe(202)
  })

  it.each([
    ['points', { points: 100 }, 'points'],
    ['coupons', { coupon: 'TEN' }, 'coupon'],
  ])(
    'without %s it can be placed at full price: the shopper is asked, and repeats without',
    async (domain, more, field) => {
      const env = held(domain)
      const response = await place(env, `full-price-${domain}`, { ...ORDER, ...more })
      const problem = await problemOf(response)
      expect(problem).toMatchObject({ code: 'domain-unavailable', service: domain })
      expect(problem.errors?.map((error) => error.field)).toEqual([field])
      expect((await place(env, `full-price-${domain}`, ORDER)).status).toBe(202)
    },
  )

  it.each([
    ['points', 'payments', { points: 100 }],
    ['coupons', 'payments', { coupon: 'TEN' }],
    ['points', 'logistics', { points: 100 }],
  ])(
    'nobody is asked to do without %s for an order that cannot be placed without %s',
    async (dispensable, needed, more) => {
      const env = held(dispensable, needed)
      const json = { ...ORDER, ...more }
      const customer = await asCustomer(held(), customerId)
      const { lines, shipTo } = ORDER
      const quoted = await customer('POST /api/quotes', {
        json: { lines, ...more, country: shipTo.country },
      })
      const { token } = z.object({ token: z.string() }).parse(await quoted.json())
      const response = await place(env, `both-${dispensable}`, json, { 'Quote-Token': token })
      const problem = await problemOf(response)
      expect(problem).toMatchObject({ code: 'domain-unavailable', service: needed })
      expect(problem).not.toHaveProperty('errors')
    },
  )

  it('a quote is answered at once, too; what it does not ask does not matter to it', async () => {
    const basket = { lines: ORDER.lines, country: 'US' }
    const asked = await asCustomer(held('logistics'), customerId)
    const response = await asked('POST /api/quotes', { json: basket })
    expect(response.status).toBe(503)
    expect(await problemOf(response)).toMatchObject({ service: 'logistics' })
    const other = await asCustomer(held('payments'), customerId)
    expect((await other('POST /api/quotes', { json: basket })).status).toBe(200)
  })

  it('a breaker that does not answer holds nobody back', async () => {
    const BREAKERS = new BreakersInMemory()
    BREAKERS.isDown = true
    const env = bindings(databases(), { BREAKERS })
    expect((await place(env, 'no-breaker', ORDER)).status).toBe(202)
  })
})
