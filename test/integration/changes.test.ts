import { env } from 'cloudflare:workers'
import { afterEach, describe, expect, it } from 'vitest'
import {
  Customer,
  audit,
  eventually,
  fullOrder,
  goodOrder,
  holdOrdersPending,
  letGo,
} from './shop.ts'

afterEach(letGo)

const post = { method: 'POST' }
const patch = (order: { version: number }, country = 'GB') => ({
  method: 'PATCH',
  headers: { 'If-Match': `"${order.version}"` },
  body: JSON.stringify({ shipTo: { ...goodOrder.shipTo, line1: '2 New Way', country } }),
})

describe('cancelling', () => {
  it('before the card was charged: 202, also when repeated, and all is given back', async () => {
    await holdOrdersPending()
    const customer = await Customer.arrive()
    const { id } = await customer.order(fullOrder)
    expect((await customer.request(`/api/orders/${id}/cancel`, post)).status).toBe(202)
    expect((await customer.request(`/api/orders/${id}/cancel`, post)).status).toBe(202)
    await letGo()
    const order = await customer.settled(id)
    expect(order.status).toBe('cancelled')
    expect(await env.POINTS.balance(customer.id)).toEqual({ available: 500, frozen: 0 })
    expect((await customer.request(`/api/orders/${id}/cancel`, post)).status).toBe(202)
    expect((await audit()).violations).toEqual([])
  })

  it('afterwards: 409, and the order stays confirmed', async () => {
    const customer = await Customer.arrive()
    const { id } = await customer.order()
    await customer.settled(id)
    const refused = await customer.request(`/api/orders/${id}/cancel`, post)
    expect(refused.status).toBe(409)
    expect(await refused.json()).toMatchObject({ code: 'too-late-to-cancel' })
    expect((await customer.read(id)).status).toBe('confirmed')
  })

  it('a failed order cannot be cancelled or returned', async () => {
    const customer = await Customer.arrive()
    const { id } = await customer.order({ payment: { token: 'tok_declined' } })
    await customer.settled(id)
    expect((await customer.request(`/api/orders/${id}/cancel`, post)).status).toBe(409)
    expect((await customer.request(`/api/orders/${id}/return`, post)).status).toBe(409)
  })
})

describe('the delivery address', () => {
  it('changes while pending, for who knows the current version', async () => {
    await holdOrdersPending()
    const customer = await Customer.arrive()
    const { id } = await customer.order(fullOrder)
    // Version 1 is placing; the other replies come until stock alone is missing.
    const pending = await eventually(
      () => customer.read(id),
      ({ steps }) => steps.filter(({ status }) => status === 'succeeded').length === 3,
    )
    const changed = await customer.request(`/api/orders/${id}`, patch(pending))
    expect(changed.status).toBe(200)
    expect(changed.headers.get('ETag')).toBe(`"${pending.version + 1}"`)
    const stale = await customer.request(`/api/orders/${id}`, patch(pending))
    expect(stale.status).toBe(412)
    expect(await stale.json()).toMatchObject({ code: 'version-stale', current: { id } })
    expect((await customer.read(id)).shipTo?.line1).toBe('2 New Way')
    const elsewhere = await customer.request(
      `/api/orders/${id}`,
      patch({ version: pending.version + 1 }, 'US'),
    )
    expect(elsewhere.status).toBe(409)
  })

  it('is fixed once the order is confirmed', async () => {
    const customer = await Customer.arrive()
    const { id } = await customer.order()
    const order = await customer.settled(id)
    expect((await customer.request(`/api/orders/${id}`, patch(order))).status).toBe(409)
  })
})

it('a conditional read of what has not changed is 304', async () => {
  const customer = await Customer.arrive()
  const { id } = await customer.order()
  const { version } = await customer.settled(id)
  const headers = { 'If-None-Match': `"${version}"` }
  expect((await customer.request(`/api/orders/${id}`, { headers })).status).toBe(304)
})
