/** What operators may ask of an order's object: to intervene in a saga, and to restore the object. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Transition } from '../../durable-objects/core/events.ts'
import { isOrderId, sagaIdOf } from '../../durable-objects/core/ids.ts'
import { ORDER_CREATE } from '../../durable-objects/sagas/registry.ts'
import { GOLDEN_ORDER_ID, goldenPlacing } from './golden-run.ts'
import { OPERATOR } from './harness.ts'
import {
  CUSTOMER,
  FINISHERS,
  HOLDS,
  Order,
  RETURN_ID,
  SAGA_ID,
  SHIP_TO,
  completed,
} from './order-under-test.ts'

/** Out of stock, and the points cannot be given back. */
function stuck(): Order {
  const order = Order.placed()
  order.reply('reserve-stock', 'rejected', { code: 'out-of-stock' })
  for (const step of ['redeem-coupon', 'reserve-delivery']) {
    order.reply(step, 'done', { direction: 'compensation' })
  }
  order.reply('freeze-points', 'rejected', { direction: 'compensation', code: 'no-such-hold' })
  return order
}

beforeEach(() => {
  vi.spyOn(console, 'warn').mockReturnValue()
})

describe('an operator', () => {
  it('E9: who skips a compensation leaves a write-off, and the order settles', () => {
    const order = stuck()
    const result = order.intervene({ action: 'skip', step: 'freeze-points' })
    expect(result).toMatchObject({ kind: 'done', inspection: { order: { settled: true } } })
    expect(order.requests.inspect()?.writeOffs).toEqual([
      {
        sagaId: SAGA_ID,
        step: 'freeze-points',
        domain: 'points',
        direction: 'compensation',
        atMs: order.around.now,
        ...OPERATOR,
      },
    ])
  })

  it('the shopper is not told that what was given up came back', () => {
    const order = stuck()
    order.intervene({ action: 'skip', step: 'freeze-points' })
    const view = order.requests.inspect()?.order
    expect(view?.steps.find(({ name }) => name === 'freeze-points')?.status).toBe('skipped')
    expect(view?.failure?.released.map(({ domain, state }) => `${domain} ${state}`)).toEqual([
      'coupons released',
      'logistics released',
    ])
  })

  it('E9: a repeat is a conflict, and changes nothing', () => {
    const order = stuck()
    order.intervene({ action: 'retry', step: 'freeze-points' })
    const { length } = order.around.rows
    const again = order.intervene({ action: 'retry', step: 'freeze-points' })
    expect(again).toMatchObject({ kind: 'conflict', code: 'step-not-parked' })
    expect(order.around.rows).toHaveLength(length)
  })

  it('who stops an order has it fail, in words for its shopper', () => {
    const order = Order.placed()
    expect(order.intervene({ action: 'compensate' }).kind).toBe('done')
    expect(order.requests.inspect()?.order).toMatchObject({
      status: 'failed',
      failure: { code: 'stopped-by-operator', title: 'We stopped the order.' },
    })
  })

  it('is told when there is no such saga, or none that this code can go on with', () => {
    const { around } = stuck()
    const blind = new Order(around, () => undefined)
    expect(blind.intervene({ action: 'retry', step: 'freeze-points' }).kind).toBe('not-found')
    expect(new Order().intervene({ action: 'resume' }).kind).toBe('not-found')
  })
})

describe('an object that is restored', () => {
  it('P5: goes on from what is left: the same order, of the next epoch', () => {
    const { rows } = completed().around
    const order = new Order()
    const result = order.restore(rows.slice(0, 3))
    expect(result).toMatchObject({
      kind: 'restored',
      inspection: { epoch: 2, customer: CUSTOMER, order: { version: 4, status: 'pending' } },
    })
    expect(order.around.rows.at(-1)).toMatchObject({
      seq: 4,
      events: [{ type: 'restored', epoch: 2, ...OPERATOR }],
    })
    expect(order.around.shipped, 'the log is told at once').toBe(4)
    expect(new Order(order.around).process.order).toEqual(order.process.order)
  })

  it('R2, P3: is woken at once, and resolves the charge first of all', async () => {
    const order = new Order()
    order.restore(
      Order.placed()
        .done(...HOLDS)
        .around.rows.slice(0, 1),
    )
    expect(order.around.alarms.at(-1)).toBe(order.around.now)
    await order.process.wake()
    const charge = order.around.sent.find(({ step }) => step === 'charge-card')
    expect(charge).toMatchObject({ mode: 'resolve' })
    expect(order.around.sent.filter(({ mode }) => mode === 'execute')).toHaveLength(4)
    order.done('charge-card', ...HOLDS, ...FINISHERS)
    expect(order.requests.inspect()?.order).toMatchObject({ status: 'confirmed', settled: true })
  })

  it('O2: a restoration concerns the return as well', () => {
    const first = completed()
    first.requests.requestReturn(CUSTOMER)
    const { rows } = first.around
    const order = new Order()
    order.restore(rows)
    expect(order.process.sagaOf(RETURN_ID)?.steps.get('refund-card')).toMatchObject({
      awaiting: 'retry',
      dueAtMs: order.around.now,
    })
    expect(order.requests.inspect()?.epoch).toBe(2)
  })

  it('a return that began in the lost part can be asked for again', () => {
    const order = new Order()
    order.restore(completed().around.rows)
    expect(order.requests.requestReturn(CUSTOMER).kind).toBe('accepted')
    expect(order.around.sent.map(({ sagaId }) => sagaId)).toContain(RETURN_ID)
  })

  it('the key of the order still finds it', () => {
    const order = new Order()
    order.restore(completed().around.rows)
    const placement = {
      orderId: GOLDEN_ORDER_ID,
      customer: CUSTOMER,
      bodyHash: 'hash',
      shipTo: SHIP_TO,
      traceparent: '',
      definition: ORDER_CREATE.ref,
      decision: { quote: goldenPlacing.order },
    }
    expect(order.requests.place(placement).kind).toBe('existing')
  })

  it('an object that has a journal is not touched', () => {
    const order = completed()
    const { length } = order.around.rows
    expect(order.restore(order.around.rows.slice(0, 2))).toMatchObject({
      kind: 'not-lost',
      inspection: { epoch: 1 },
    })
    expect(order.around.rows).toHaveLength(length)
  })

  const rows = completed().around.rows
  const other = `ord_${'f'.repeat(32)}`
  if (!isOrderId(other)) throw new RangeError(other)
  const cases: Record<string, Transition[]> = {
    'nothing at all': [],
    'a gap': rows.filter(({ seq }) => seq !== 2),
    'no beginning': rows.slice(1),
    'a beginning that places no order': [{ ...row(1), events: [{ type: 'restored' }] }],
    'an event without a type': [row(1), JSON.parse(JSON.stringify({ ...row(2), events: [{}] }))],
    "another order's transition": [row(1), { ...row(2), sagaId: sagaIdOf(other) }],
  }
  function row(seq: number): Transition {
    const found = rows[seq - 1]
    if (!found) throw new RangeError(`no transition ${seq}`)
    return found
  }

  it.each(Object.entries(cases))('refuses %s, and stores nothing', (_, transitions) => {
    const order = new Order()
    expect(order.restore(transitions)).toEqual({ kind: 'not-restorable' })
    expect(order.around.rows).toEqual([])
    expect(order.process.order).toBeNull()
  })

  it('P5: stores nothing of what cannot be folded', () => {
    const broken = JSON.parse(
      JSON.stringify({ ...row(2), sagaId: RETURN_ID, events: [{ type: 'saga-started' }] }),
    )
    const order = new Order()
    expect(() => order.restore([row(1), broken])).toThrow(TypeError)
    expect(order.around.rows).toEqual([])
  })

  it("refuses another order's journal", () => {
    expect(new Order().restore(rows, other)).toEqual({ kind: 'not-restorable' })
  })
})
