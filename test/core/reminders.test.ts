import { describe, expect, it } from 'vitest'
import { commandSchema } from '../../durable-objects/core/messages.ts'
import { sagaIdOf } from '../../durable-objects/core/ids.ts'
import { remindersFor } from '../../durable-objects/order/reminders.ts'
import { createSagaOf } from '../../durable-objects/order/status.ts'
import { ORDER_CREATE } from '../../durable-objects/sagas/registry.ts'
import { GOLDEN_ORDER_ID, type GoldenInput, reply, run } from './golden-run.ts'

const SAGA_ID = sagaIdOf(GOLDEN_ORDER_ID)
const HOLDS = ['reserve-stock', 'redeem-coupon', 'freeze-points', 'reserve-delivery']
const COMMITS = ['commit-stock', 'commit-coupon', 'deduct-points', 'book-delivery']

const done = (step: string) => reply(100, step, 'done')
const compensated = (step: string) => reply(300, step, 'done', { direction: 'compensation' })
const good = [...HOLDS, 'charge-card', ...COMMITS].map(done)

function reminders(inputs: GoldenInput[], domain: string): string[] {
  const { order } = run(ORDER_CREATE, inputs)
  if (!order) throw new Error('no order')
  const commands = remindersFor(order, domain) ?? []
  for (const command of commands) expect(commandSchema.parse(command)).toEqual(command)
  return commands.map(({ step, direction }) => `${direction} of ${step}`)
}

describe('what a domain is told again', () => {
  it('V1: what it held and made final, the hold first', () => {
    expect(reminders(good, 'inventory')).toEqual([
      'action of reserve-stock',
      'action of commit-stock',
    ])
  })

  it('V1: what it gave back, so that a late action finds its row taken', () => {
    const declined = [
      ...HOLDS.map(done),
      reply(200, 'charge-card', 'rejected', { code: 'card-declined' }),
      ...HOLDS.map(compensated),
    ]
    expect(reminders(declined, 'points')).toEqual(['compensation of freeze-points'])
  })

  it('V1: of what it refused, that nothing is to be left of it', () => {
    const soldOut = [
      reply(100, 'reserve-stock', 'rejected', { code: 'out-of-stock' }),
      ...HOLDS.slice(1).map(compensated),
    ]
    expect(reminders(soldOut, 'inventory')).toEqual(['compensation of reserve-stock'])
    expect(
      reminders([...HOLDS.map(done), reply(200, 'charge-card', 'rejected')], 'payments'),
    ).toEqual([])
  })

  it('V2: nothing of the pivot, by whose repeat a card might be charged twice', () => {
    expect(reminders(good, 'payments')).toEqual([])
  })

  it('V3: nothing of a step that is under way', () => {
    expect(reminders([], 'inventory')).toEqual([])
    expect(reminders([done('reserve-stock')], 'inventory')).toEqual(['action of reserve-stock'])
    expect(reminders([...HOLDS, 'charge-card'].map(done), 'logistics')).toEqual([
      'action of reserve-delivery',
    ])
  })

  it('V4: nothing by code that cannot read all of the journal', () => {
    const { order } = run(ORDER_CREATE, good)
    const saga = order && createSagaOf(order)
    if (!order || !saga) throw new Error('no order')
    const sagas = new Map(order.sagas).set(SAGA_ID, { ...saga, unreadable: 'a newer event' })
    expect(remindersFor({ ...order, sagas }, 'inventory')).toBeNull()
  })
})
