import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import { orderSchema } from '../../worker/api/contract.ts'
import {
  Customer,
  audit,
  eventually,
  fullOrder,
  goodOrder,
  holdOrdersPending,
  letGo,
  objectOf,
} from './shop.ts'

const available = async (sku: string) => (await env.INVENTORY.availability([sku]))[0]?.available

describe('an order through six Workers', () => {
  it('is confirmed, and every hold made final', async () => {
    const customer = await Customer.arrive()
    const before = await available('MUG-CLAY')
    const placed = await customer.order(fullOrder)
    expect(placed).toMatchObject({ status: 'pending', settled: false, version: 1 })
    const order = await customer.settled(placed.id)
    expect(order.status).toBe('confirmed')
    expect(order.steps.map(({ status }) => status)).toEqual(Array(9).fill('succeeded'))
    expect(await available('MUG-CLAY')).toBe((before ?? 0) - 2)
    expect(await env.POINTS.balance(customer.id)).toEqual({ available: 380, frozen: 0 })
    expect(await audit()).toMatchObject({ ok: true, violations: [] })
  })

  it('a declined card gives everything back, and says why', async () => {
    const customer = await Customer.arrive()
    const before = await available('MUG-CLAY')
    const { id } = await customer.order({ ...fullOrder, payment: { token: 'tok_declined' } })
    const order = await customer.settled(id)
    expect(order.status).toBe('failed')
    expect(order.failure).toMatchObject({ code: 'card-declined', step: 'charge-card' })
    expect(order.failure?.released.map(({ domain, state }) => `${domain} ${state}`)).toEqual([
      'inventory released',
      'coupons released',
      'points released',
      'logistics released',
    ])
    expect(order.failure?.original).toMatchObject({ coupon: 'WELCOME10', points: 120 })
    expect(await available('MUG-CLAY')).toBe(before)
    expect(await env.POINTS.balance(customer.id)).toEqual({ available: 500, frozen: 0 })
    expect((await env.COUPONS.offers(customer.id)).map(({ code }) => code)).toContain('WELCOME10')
    expect((await audit()).violations).toEqual([])
  })

  it('who prefers to wait is answered with the outcome, when placing and when reading', async () => {
    const customer = await Customer.arrive()
    const prefer = { Prefer: 'wait=20' }
    const good = await customer.submit(fullOrder, 'waiting-good', prefer)
    const { id, status } = orderSchema.parse(await good.json())
    expect(status).toBe('confirmed')
    const declined = { ...goodOrder, payment: { token: 'tok_declined' as const } }
    const other = await customer.submit(declined, 'waiting-declined', prefer)
    expect(orderSchema.parse(await other.json())).toMatchObject({ status: 'failed', settled: true })
    const read = await customer.request(`/api/orders/${id}/status`, { headers: prefer })
    expect(await read.json()).toMatchObject({ status: 'confirmed' })
  })

  it('who waits for an order that stands still is answered in time', async () => {
    const customer = await Customer.arrive()
    await holdOrdersPending()
    const response = await customer.submit(goodOrder, 'impatient', { Prefer: 'wait=1' })
    const early = orderSchema.parse(await response.json())
    expect(early).toMatchObject({ status: 'pending', settled: false })
    await letGo()
    expect((await customer.settled(early.id)).status).toBe('confirmed')
  })

  it('an answer that the card provider lost is found: charged once, confirmed', async () => {
    const customer = await Customer.arrive()
    const { id, total } = await customer.order({ payment: { token: 'tok_lost' } })
    expect((await customer.settled(id)).status).toBe('confirmed')
    const { items } = await env.PAYMENTS.payments(null, 1_000)
    expect(items.find(({ orderId }) => orderId === id)).toMatchObject({
      captures: 1,
      captured: total.amount,
      refunded: 0,
    })
  })

  it('when the last unit is wanted by many, one gets it and the others get everything back', async () => {
    const wanted = { lines: [{ sku: 'VASE-BLUE', quantity: 3 }] }
    const customers = await Promise.all([1, 2, 3, 4].map(() => Customer.arrive()))
    const answers = await Promise.all(
      customers.map((buyer) => buyer.submit({ ...goodOrder, ...wanted })),
    )
    // Who was late enough to be told at once was refused; the rest ran as sagas.
    const orders = await Promise.all(
      answers.map(async (answer, index) => {
        if (answer.status !== 202) return answer.status
        const { id }: { id: string } = await answer.json()
        return (await customers[index]?.settled(id))?.status
      }),
    )
    expect(orders.filter((status) => status === 'confirmed')).toHaveLength(1)
    expect(orders.filter((status) => status === 'failed' || status === 409)).toHaveLength(3)
    expect(await available('VASE-BLUE')).toBe(0)
    expect((await audit()).violations).toEqual([])
  })

  describe('with the quote that was shown', () => {
    it('is confirmed at its price', async () => {
      const customer = await Customer.arrive()
      const { token, total } = await customer.quote(fullOrder)
      const placed = await customer.submit(fullOrder, 'shown', { 'Quote-Token': token ?? '' })
      const { id } = orderSchema.parse(await placed.json())
      expect(await customer.settled(id)).toMatchObject({ status: 'confirmed', total })
      expect(await env.POINTS.balance(customer.id)).toEqual({ available: 380, frozen: 0 })
    })

    it('and a coupon that is gone since fails as a saga, and gives everything back', async () => {
      const customer = await Customer.arrive()
      const { token = '' } = await customer.quote(fullOrder)
      const first = await customer.order({ ...goodOrder, coupon: 'WELCOME10' })
      await customer.settled(first.id)
      const before = await available('MUG-CLAY')
      const placed = await customer.submit(fullOrder, 'late', { 'Quote-Token': token })
      expect(placed.status).toBe(202)
      const order = await customer.settled(orderSchema.parse(await placed.json()).id)
      expect(order.status).toBe('failed')
      expect(order.failure).toMatchObject({ code: 'coupon-already-used', step: 'redeem-coupon' })
      expect(await available('MUG-CLAY')).toBe(before)
      expect(await env.POINTS.balance(customer.id)).toEqual({ available: 500, frozen: 0 })
      expect((await audit()).violations).toEqual([])
    })

    it('and a last unit that is gone since is refused at once, or fails as a saga', async () => {
      const wanted = { ...goodOrder, lines: [{ sku: 'CAMERA-FILM', quantity: 20 }] }
      const customers = await Promise.all([1, 2, 3].map(() => Customer.arrive()))
      const tokens = await Promise.all(customers.map((buyer) => buyer.quote(wanted)))
      const ends = await Promise.all(
        customers.map(async (buyer, index) => {
          const shown = { 'Quote-Token': tokens[index]?.token ?? '' }
          const answer = await buyer.submit(wanted, 'rush', shown)
          if (answer.status !== 202) return answer.status
          return (await buyer.settled(orderSchema.parse(await answer.json()).id)).status
        }),
      )
      expect(ends.filter((end) => end === 'confirmed')).toHaveLength(1)
      expect(ends.filter((end) => end === 'failed' || end === 409)).toHaveLength(2)
      expect(await available('CAMERA-FILM')).toBe(0)
      expect((await audit()).violations).toEqual([])
    })
  })

  it('is returned by a second saga: money, goods, coupon and points go back', async () => {
    const customer = await Customer.arrive()
    const before = await available('MUG-CLAY')
    const { id } = await customer.order(fullOrder)
    await customer.settled(id)
    const accepted = await customer.request(`/api/orders/${id}/return`, { method: 'POST' })
    expect(accepted.status).toBe(202)
    const again = await customer.request(`/api/orders/${id}/return`, { method: 'POST' })
    expect(again.status).toBe(202)
    const order = await customer.settled(id)
    expect(order).toMatchObject({ status: 'returned', returnable: false })
    expect(await available('MUG-CLAY')).toBe(before)
    expect(await env.POINTS.balance(customer.id)).toEqual({ available: 500, frozen: 0 })
    expect((await audit()).violations).toEqual([])
  })

  it('J2: D1 ends up with the journal, transition by transition', async () => {
    const customer = await Customer.arrive()
    const { id } = await customer.order(fullOrder)
    const { version } = await customer.settled(id)
    const rows = await eventually(
      async () =>
        (
          await env.SAGA_LOG_DB.prepare(
            'select seq, saga_id, at_ms, events from saga_event where order_id = ? order by seq',
          )
            .bind(id)
            .all<{ seq: number; saga_id: string; at_ms: number; events: string }>()
        ).results,
      ({ length }) => length === version,
    )
    const journal = (await objectOf(id).inspect())?.transitions
    expect(
      rows.map(({ seq, saga_id, at_ms, events }) => ({
        seq,
        sagaId: saga_id,
        atMs: at_ms,
        events: JSON.parse(events),
      })),
    ).toEqual(journal)
  })

  it('its step executions and compensation actions can be queried', async () => {
    const customer = await Customer.arrive()
    const { id } = await customer.order({ ...fullOrder, payment: { token: 'tok_declined' } })
    await customer.settled(id)
    const select = (view: string) =>
      env.SAGA_LOG_DB.prepare(`select step, status, code from ${view} where order_id = ?`)
        .bind(id)
        .all<{ step: string; status: string; code: string | null }>()
    const actions = await eventually(
      async () => (await select('compensation_action')).results,
      (rows) => rows.length === 4 && rows.every(({ status }) => status === 'compensated'),
    )
    expect(actions.map(({ step }) => step).toSorted()).toEqual([
      'freeze-points',
      'redeem-coupon',
      'reserve-delivery',
      'reserve-stock',
    ])
    const steps = (await select('step_execution')).results
    expect(steps).toContainEqual({ step: 'charge-card', status: 'rejected', code: 'card-declined' })
    expect(steps).toHaveLength(5)
  })
})
