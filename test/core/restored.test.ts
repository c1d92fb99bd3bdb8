import { describe, expect, it } from 'vitest'
import { SagaUnderTest, names } from './harness.ts'

const asked = (saga: SagaUnderTest) => names(saga.elapse()).toSorted()

describe('restored while the pivot may have been decided', () => {
  it('R2: asks what had started again, and resolves the pivot though it was never sent', () => {
    const saga = SagaUnderTest.placed()
    saga.reply('flight', 'done')
    saga.restore(saga.transitions)
    expect(asked(saga)).toEqual(['coupon', 'flight', 'hotel', 'pay', 'transfer'])
    expect(saga.lastSent('pay', 'action')).toMatchObject({ mode: 'resolve', attempt: 1 })
    expect(saga.lastSent('hotel', 'action')).toMatchObject({ mode: 'execute', attempt: 2 })
  })

  it('E2: what waited for others starts in its turn', () => {
    const saga = SagaUnderTest.placed()
    saga.restore(1)
    expect(asked(saga)).toEqual(['coupon', 'flight', 'hotel', 'pay'])
    expect(names(saga.reply('flight', 'done'))).toEqual(['transfer'])
  })

  it('a charge that the lost part made is kept, and the saga goes on to its end', () => {
    const saga = SagaUnderTest.placed()
    saga.restore(1)
    saga.elapse()
    saga.reply('pay', 'done')
    expect(names(saga.sent)).not.toContain('ticket')
    saga.upToPivot()
    saga.reply('ticket', 'done')
    saga.reply('letter', 'done')
    expect(saga.status).toBe('completed')
  })

  it('R2: void compensates every step, also one that the journal never saw start', () => {
    const saga = SagaUnderTest.placed()
    saga.restore(1)
    saga.elapse()
    // Flight carries transfer, which may have started in the lost part.
    expect(names(saga.reply('pay', 'void')).toSorted()).toEqual([
      'compensate coupon',
      'compensate hotel',
      'compensate transfer',
    ])
    // The action is asked for no more, however late; its compensation waits for its turn.
    expect(names(saga.elapseUntil(saga.nowMs + 3_000))).not.toContain('flight')
    expect(names(saga.compensated('transfer'))).toEqual(['compensate flight'])
    saga.compensated('flight')
    saga.compensated('hotel')
    saga.compensated('coupon')
    expect(saga.status).toBe('compensated')
  })

  it('E10: a hold that was taken back in the lost part is compensated in its turn, though it says that it is gone', () => {
    const saga = SagaUnderTest.placed()
    saga.restore(1)
    saga.elapse()
    saga.reply('pay', 'void')
    expect(saga.reply('flight', 'rejected', { code: 'already-compensated' })).toEqual([])
    expect(saga.statusOf('flight')).toBe('started')
    expect(names(saga.compensated('transfer'))).toEqual(['compensate flight'])
    for (const step of ['flight', 'hotel', 'coupon']) saga.compensated(step)
    expect(saga.status).toBe('compensated')
    expect(saga.statusOf('flight')).toBe('compensated')
  })

  it('E3: a hold that was taken back in the lost part compensates nothing before the pivot says so', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.restore(saga.transitions)
    saga.elapse()
    expect(saga.reply('hotel', 'rejected', { code: 'already-compensated' })).toEqual([])
    expect(saga.eventsOf('compensation-started')).toEqual([])
    saga.reply('pay', 'void')
    expect(saga.state?.phase).toBe('compensating')
    expect(saga.statusOf('hotel')).toBe('compensating')
  })

  it('E10: a hold that is gone although the pivot succeeded is parked, and shows', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.restore(saga.transitions)
    saga.elapse()
    saga.reply('pay', 'done')
    for (const step of ['flight', 'transfer', 'coupon']) saga.reply(step, 'done')
    saga.reply('hotel', 'rejected', { code: 'already-compensated' })
    expect(saga.status).toBe('parked')
    expect(saga.state?.steps.get('hotel')).toMatchObject({
      reason: 'needs-operator',
      code: 'already-compensated',
    })
    expect(saga.statusOf('ticket')).toBe('waiting')
    expect(names(saga.operator({ action: 'skip', step: 'hotel' }))).toEqual(['ticket'])
  })

  it('E10: while the pivot is unknown such a step is not skippable, and cancelling is refused', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.restore(saga.transitions)
    saga.elapse()
    saga.reply('hotel', 'rejected', { code: 'already-compensated' })
    expect(saga.refusalOf({ action: 'skip', step: 'hotel' })).toBe('not-skippable')
    expect(saga.refusalOf({ action: 'compensate' })).toBe('pivot-sent')
  })

  it('a domain without an answer parks its step, rather than being asked for ever', () => {
    const saga = SagaUnderTest.placed()
    saga.restore(1)
    saga.elapseUntil(saga.nowMs + 30_000)
    expect(saga.statusOf('hotel')).toBe('parked')
    expect(saga.status).toBe('running')
  })
})

describe('restored without a pivot', () => {
  const free = { coupon: false, free: true }

  it('R2: asks also for what had succeeded: the lost part may have taken it back', () => {
    const saga = SagaUnderTest.placed(free)
    saga.reply('hotel', 'done')
    saga.restore(saga.transitions)
    expect(asked(saga)).toEqual(['flight', 'hotel'])
    saga.reply('hotel', 'rejected', { code: 'already-compensated' })
    expect(saga.state?.phase).toBe('compensating')
  })

  it('R3: its deadline calls off nothing, nor does cancelling', () => {
    const saga = SagaUnderTest.placed(free)
    const deadlineAtMs = saga.state?.forwardDeadlineAtMs ?? 0
    saga.restore(1)
    saga.elapseUntil(deadlineAtMs + 10_000)
    saga.input({ type: 'cancel' })
    expect(saga.state?.phase).toBe('running')
    for (const step of ['flight', 'hotel', 'transfer', 'ticket', 'letter']) saga.reply(step, 'done')
    expect(saga.status).toBe('completed')
  })
})

describe('restored after the decision', () => {
  it('R1: asks the steps beyond the pivot again that have no answer', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.reply('pay', 'done')
    saga.restore(saga.transitions)
    expect(asked(saga)).toEqual(['ticket'])
    expect(saga.statusOf('hotel')).toBe('succeeded')
    saga.reply('ticket', 'done')
    saga.reply('letter', 'done')
    expect(saga.status).toBe('completed')
  })

  it('R1: asks the compensations again that are under way, or parked for an operator', () => {
    const saga = SagaUnderTest.placed()
    saga.reply('coupon', 'rejected')
    saga.reply('hotel', 'rejected', { direction: 'compensation', code: 'no-such-room' })
    saga.restore(saga.transitions)
    expect(asked(saga)).toEqual(['compensate flight', 'compensate hotel'])
    expect(saga.statusOf('transfer')).toBe('waiting')
    saga.compensated('flight')
    saga.compensated('hotel')
    expect(saga.status).toBe('compensated')
  })

  it('R1: a command that had spent its retries is asked, not parked', () => {
    const saga = SagaUnderTest.placed()
    saga.reply('coupon', 'rejected')
    saga.compensated('flight')
    while (saga.lastSent('hotel', 'compensation')?.attempt !== 4) saga.elapse()
    saga.restore(saga.transitions)
    expect(asked(saga)).toEqual(['compensate hotel'])
  })

  it('a saga that had ended stays as it was', () => {
    const saga = SagaUnderTest.placed({ coupon: false, free: true })
    for (const step of ['flight', 'hotel', 'transfer', 'ticket', 'letter']) saga.reply(step, 'done')
    saga.restore(saga.transitions)
    expect(saga.status).toBe('completed')
    expect(saga.dueAtMs).toBeNull()
  })
})
