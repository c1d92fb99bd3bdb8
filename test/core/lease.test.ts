import { describe, expect, it } from 'vitest'
import { decide } from '../../durable-objects/core/decide.ts'
import { type InputsByStep, defineSaga } from '../../durable-objects/core/definition.ts'
import { sagaIdOf } from '../../durable-objects/core/ids.ts'
import {
  type Command,
  type Outcome,
  commandSchema,
  outcomeSchema,
} from '../../durable-objects/core/messages.ts'
import type { PlacedOrder } from '../../durable-objects/order-rpc.ts'
import { leaseAnswer } from '../../durable-objects/order/lease.ts'
import { type JournalEvent, evolveOrder } from '../../durable-objects/order/state.ts'
import { createSagaOf } from '../../durable-objects/order/status.ts'
import { ORDER_CREATE } from '../../durable-objects/sagas/registry.ts'
import { GOLDEN_ORDER_ID, type GoldenInput, goldenPlacing, reply, run } from './golden-run.ts'

const SAGA_ID = sagaIdOf(GOLDEN_ORDER_ID)
const HOLDS = ['reserve-stock', 'redeem-coupon', 'freeze-points', 'reserve-delivery']
const COMMITS = ['commit-stock', 'commit-coupon', 'deduct-points', 'book-delivery']
const STEPS = [...HOLDS, 'charge-card', ...COMMITS]
const KEEP = { kind: 'keep' }

const done = (step: string) => reply(100, step, 'done')
const compensated = (step: string) => reply(300, step, 'done', { direction: 'compensation' })

const declined = [
  ...HOLDS.map(done),
  reply(200, 'charge-card', 'rejected', { code: 'card-declined' }),
  ...HOLDS.map(compensated),
]
const soldOut = [
  reply(100, 'reserve-stock', 'rejected', { code: 'out-of-stock' }),
  ...HOLDS.slice(1).map(compensated),
]
const good = STEPS.map(done)

function orderAfter(inputs: GoldenInput[], definition = ORDER_CREATE) {
  const { order } = run(definition, inputs)
  if (!order) throw new Error('no order')
  return order
}
const phaseAfter = (inputs: GoldenInput[]) => createSagaOf(orderAfter(inputs)).phase

function releasedAfter(inputs: GoldenInput[], step: string, definition = ORDER_CREATE): Command {
  const answer = leaseAnswer(orderAfter(inputs, definition), SAGA_ID, step)
  if (answer.kind !== 'release') throw new Error(`it says ${answer.kind}`)
  return commandSchema.parse(JSON.parse(answer.command))
}

describe('a hold whose lease has ended', () => {
  it.each(Object.entries({ declined, soldOut, good }))(
    'is kept while its saga has not ended (H4): %s',
    (_name, inputs) => {
      for (let count = 0; count < inputs.length; count += 1) {
        const order = orderAfter(inputs.slice(0, count))
        for (const step of STEPS) expect(leaseAnswer(order, SAGA_ID, step)).toEqual(KEEP)
      }
    },
  )

  it('is released once its saga is compensated, by what its action carried (H4, H5)', () => {
    expect(phaseAfter(declined)).toBe('compensated')
    for (const step of HOLDS) {
      const plan = ORDER_CREATE.steps.find(({ name }) => name === step)
      expect(releasedAfter(declined, step)).toEqual({
        v: 1,
        orderId: GOLDEN_ORDER_ID,
        sagaId: SAGA_ID,
        definition: ORDER_CREATE.ref,
        step,
        direction: 'compensation',
        mode: 'execute',
        attempt: 1,
        budgetMs: 0,
        holdMs: 0,
        traceparent: goldenPlacing.traceparent,
        input: plan?.input(goldenPlacing.order),
      })
    }
  })

  it('is released although the journal says that there is none: refused, or never asked for (H4)', () => {
    expect(phaseAfter(soldOut)).toBe('compensated')
    expect(releasedAfter(soldOut, 'reserve-stock').direction).toBe('compensation')

    const oneByOne = defineSaga<PlacedOrder, InputsByStep>()({
      name: 'one-by-one',
      version: 1,
      compensatable: {
        'reserve-stock': { domain: 'inventory', input: () => ({}) },
        'freeze-points': { domain: 'points', after: ['reserve-stock'], input: () => ({}) },
      },
    })
    expect(releasedAfter(soldOut, 'freeze-points', oneByOne).direction).toBe('compensation')
  })

  it('is kept when its saga completed: its commit is an operator’s affair (H4)', () => {
    expect(phaseAfter(good)).toBe('completed')
    const order = orderAfter(good)
    for (const step of STEPS) expect(leaseAnswer(order, SAGA_ID, step)).toEqual(KEEP)
  })

  it.each([...COMMITS, 'gift-wrap'])('is none: %s has no compensation', (step) => {
    expect(leaseAnswer(orderAfter(declined), SAGA_ID, step)).toEqual(KEEP)
  })

  it('is none: of a pivot nothing may be left, declined, void or never asked for (H6)', () => {
    const voided = declined.with(HOLDS.length, reply(200, 'charge-card', 'void'))
    for (const inputs of [declined, voided, soldOut]) {
      expect(phaseAfter(inputs)).toBe('compensated')
      expect(leaseAnswer(orderAfter(inputs), SAGA_ID, 'charge-card')).toEqual({ kind: 'void' })
    }
  })

  it('is kept when there is no such order, or no such saga of it (H4)', () => {
    expect(leaseAnswer(null, SAGA_ID, 'reserve-stock')).toEqual(KEEP)
    const ofReturn = sagaIdOf(GOLDEN_ORDER_ID, 'return')
    expect(leaseAnswer(orderAfter(declined), ofReturn, 'reserve-stock')).toEqual(KEEP)
  })

  it('is kept by code that cannot read all of the journal (H4, J3)', () => {
    const order = orderAfter(declined)
    const events: JournalEvent[] = JSON.parse('[{"type":"from-the-future"}]')
    const transition = { seq: order.version + 1, sagaId: SAGA_ID, atMs: 0, events }
    const newer = evolveOrder(order, GOLDEN_ORDER_ID, transition)
    expect(leaseAnswer(newer, SAGA_ID, 'reserve-stock')).toEqual(KEEP)
  })
})

it.each(outcomeSchema.options)('the reply to a release, %s, changes no ended saga (H5)', (said) => {
  expect(eventsOnReply(said).filter((type) => type !== 'reply-recorded')).toEqual([])
})

function eventsOnReply(outcome: Outcome): string[] {
  const saga = createSagaOf(orderAfter(declined))
  const { input } = reply(0, 'reserve-stock', outcome, { direction: 'compensation' })
  if (input.type !== 'reply-received') throw new TypeError(input.type)
  const { events, commands } = decide(ORDER_CREATE, saga, input, {
    nowMs: 9e12,
    jitter: 0,
    openForMs: () => 0,
    replyWaitMs: (_, timeoutMs) => timeoutMs,
  })
  expect(commands).toEqual([])
  return events.map(({ type }) => type)
}
