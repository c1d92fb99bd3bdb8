import { describe, expect, it } from 'vitest'
import { PARKED_RETRY_MS } from '../../durable-objects/core/retry-policy.ts'
import { OPERATOR, SagaUnderTest, names } from './harness.ts'

/** A saga under compensation whose hotel cannot be given back. */
function stuckOnHotel(): SagaUnderTest {
  const saga = SagaUnderTest.placed()
  saga.reply('coupon', 'rejected')
  saga.reply('hotel', 'rejected', { direction: 'compensation', code: 'no-such-room' })
  return saga
}

/** A saga that is through with its pivot, and whose ticket is refused. */
function stuckOnTicket(): SagaUnderTest {
  const saga = SagaUnderTest.placed().upToPivot()
  saga.reply('pay', 'done')
  saga.reply('ticket', 'rejected', { code: 'unknown-booking' })
  return saga
}

/** A saga whose pivot nobody answers for. */
function stuckOnPay(): SagaUnderTest {
  const saga = SagaUnderTest.placed().upToPivot()
  while (saga.statusOf('pay') !== 'parked') saga.elapse()
  return saga
}

it('E7: one parked compensation does not stop the others', () => {
  const saga = stuckOnHotel()
  expect(saga.status).toBe('compensating')
  saga.compensated('flight')
  expect(saga.statusOf('flight')).toBe('compensated')
  expect(saga.status).toBe('parked')
})

describe('retry', () => {
  it('E9: asks a parked compensation again, under the same key, and says who did and why', () => {
    const saga = stuckOnHotel()
    expect(names(saga.operator({ action: 'retry', step: 'hotel' }))).toEqual(['compensate hotel'])
    expect(saga.lastSent('hotel', 'compensation')).toMatchObject({
      attempt: 2,
      input: { nights: 3 },
    })
    expect(saga.journal.slice(-2).map(({ event }) => event)).toMatchObject([
      { type: 'operator-intervened', action: 'retry', step: 'hotel', ...OPERATOR },
      { type: 'command-sent', step: 'hotel' },
    ])
    saga.compensated('hotel')
    expect(saga.statusOf('hotel')).toBe('compensated')
  })

  it('E9: a repeat finds the step no longer parked, and leaves no trace', () => {
    const saga = stuckOnHotel()
    saga.operator({ action: 'retry', step: 'hotel' })
    const { length } = saga.journal
    expect(saga.operator({ action: 'retry', step: 'hotel' })).toEqual([])
    expect(saga.refusalOf({ action: 'retry', step: 'hotel' })).toBe('step-not-parked')
    expect(saga.journal).toHaveLength(length)
  })

  it('E3: asks a parked pivot to resolve, never to execute', () => {
    const saga = stuckOnPay()
    saga.operator({ action: 'retry', step: 'pay' })
    expect(saga.lastSent('pay', 'action')?.mode).toBe('resolve')
  })
})

describe('skip', () => {
  it('a compensation that is given up ends the saga, once all others are through', () => {
    const saga = SagaUnderTest.placed()
    saga.reply('flight', 'done')
    saga.reply('coupon', 'rejected')
    saga.compensated('hotel')
    saga.reply('transfer', 'rejected', { direction: 'compensation', code: 'no-such-car' })
    saga.compensated('flight')
    expect(saga.status).toBe('parked')
    expect(saga.operator({ action: 'skip', step: 'transfer' })).toEqual([])
    expect(saga.status).toBe('compensated')
    expect(saga.state?.steps.get('transfer')).toMatchObject({
      status: 'skipped',
      direction: 'compensation',
      endedAtMs: saga.nowMs,
    })
    expect(saga.eventsOf('operator-intervened')).toHaveLength(1)
  })

  it('a step beyond the pivot that is given up lets those after it go on to the end', () => {
    const saga = stuckOnTicket()
    expect(names(saga.operator({ action: 'skip', step: 'ticket' }))).toEqual(['letter'])
    saga.reply('letter', 'done')
    expect(saga.status).toBe('completed')
  })

  it('E6: what its domain says later is recorded, and changes nothing', () => {
    const saga = stuckOnTicket()
    saga.operator({ action: 'skip', step: 'ticket' })
    saga.reply('ticket', 'done')
    expect(saga.statusOf('ticket')).toBe('skipped')
    expect(saga.eventsOf('reply-recorded')).toHaveLength(1)
  })

  it('E3: is refused for the pivot, whose outcome is never guessed', () => {
    const saga = stuckOnPay()
    expect(saga.refusalOf({ action: 'skip', step: 'pay' })).toBe('not-skippable')
    expect(saga.operator({ action: 'skip', step: 'pay' })).toEqual([])
    expect(saga.statusOf('pay')).toBe('parked')
  })

  it('is refused for a step that is not parked, and once the saga has ended', () => {
    const saga = stuckOnTicket()
    expect(saga.refusalOf({ action: 'skip', step: 'letter' })).toBe('step-not-parked')
    expect(saga.refusalOf({ action: 'skip', step: 'no-such-step' })).toBe('step-not-parked')
    saga.operator({ action: 'skip', step: 'ticket' })
    saga.reply('letter', 'done')
    expect(saga.refusalOf({ action: 'skip', step: 'ticket' })).toBe('saga-ended')
  })
})

describe('compensate', () => {
  it('calls the saga off as long as the pivot was not sent', () => {
    const saga = SagaUnderTest.placed()
    expect(names(saga.operator({ action: 'compensate' })).toSorted()).toEqual([
      'compensate coupon',
      'compensate flight',
      'compensate hotel',
    ])
    expect(saga.state?.failure).toEqual({ code: 'stopped-by-operator' })
  })

  it('is refused from then on, and while the saga compensates', () => {
    const sent = SagaUnderTest.placed().upToPivot()
    expect(sent.operator({ action: 'compensate' })).toEqual([])
    expect(sent.refusalOf({ action: 'compensate' })).toBe('pivot-sent')
    expect(sent.state?.phase).toBe('running')
    expect(stuckOnHotel().refusalOf({ action: 'compensate' })).toBe('pivot-sent')
  })
})

describe('resume', () => {
  it('asks what is under way or waits for its domain again now, and nothing else', () => {
    const saga = SagaUnderTest.placed()
    saga.reply('coupon', 'rejected')
    // Hotel is silent until it is parked; flight is refused, and waits for an operator.
    saga.elapseUntil(saga.nowMs + 30_000)
    saga.reply('flight', 'rejected', { direction: 'compensation', code: 'no-such-seat' })
    saga.operator({ action: 'retry', step: 'flight' })
    saga.reply('flight', 'rejected', { direction: 'compensation', code: 'no-such-seat' })
    expect(saga.state?.steps.get('flight')).toMatchObject({ reason: 'needs-operator' })
    const { nowMs } = saga
    expect(names(saga.operator({ action: 'resume' }))).toEqual(['compensate hotel'])
    expect(saga.nowMs - nowMs).toBeLessThan(PARKED_RETRY_MS)
    saga.compensated('hotel')
    expect(saga.refusalOf({ action: 'resume' })).toBe('nothing-to-resume')
  })

  it('asks what a running saga waits for with the next attempt', () => {
    const saga = SagaUnderTest.placed()
    const again = saga.operator({ action: 'resume' })
    expect(again.map(({ step, attempt }) => `${step} ${attempt}`)).toEqual([
      'flight 2',
      'hotel 2',
      'coupon 2',
    ])
  })
})
