import { describe, expect, it } from 'vitest'
import { PARKED_RETRY_MS } from '../../durable-objects/core/retry-policy.ts'
import { decideAll } from '../../durable-objects/core/decide.ts'
import { SagaUnderTest, names } from './harness.ts'

describe('the forward phase', () => {
  it('E2: starts what depends on nothing at once, the rest when its ancestors succeeded', () => {
    const saga = new SagaUnderTest()
    expect(names(saga.place())).toEqual(['flight', 'hotel', 'coupon'])
    expect(names(saga.reply('hotel', 'done'))).toEqual([])
    expect(names(saga.reply('flight', 'done'))).toEqual(['transfer'])
    expect(names(saga.reply('coupon', 'done'))).toEqual([])
    expect(names(saga.reply('transfer', 'done'))).toEqual(['pay'])
    expect(names(saga.reply('pay', 'done'))).toEqual(['ticket'])
    expect(names(saga.reply('ticket', 'done'))).toEqual(['letter'])
    expect(names(saga.reply('letter', 'done'))).toEqual([])
    expect(saga.status).toBe('completed')
    expect(saga.dueAtMs).toBeNull()
  })

  it('takes replies that came together as one decision, the same as one after the other', () => {
    const [together, apart] = [SagaUnderTest.placed(), SagaUnderTest.placed()]
    const replies = ['hotel', 'flight', 'coupon'].map((step) => together.replyOf(step, 'done'))
    const { state } = together
    if (!state) throw new Error('not placed')
    const decision = decideAll(
      together.definition,
      state,
      replies.map((reply) => ({ type: 'reply-received', reply })),
      together,
    )
    const before = apart.journal.length
    for (const { step, outcome } of replies) apart.reply(step, outcome)
    expect(decision.events).toEqual(apart.journal.slice(before).map(({ event }) => event))
    expect(names(decision.commands)).toEqual(['transfer'])
  })

  it('leaves out the steps that the order does not need, the pivot included', () => {
    const saga = SagaUnderTest.placed({ coupon: false, free: true })
    expect([...(saga.state?.steps.keys() ?? [])]).not.toContain('coupon')
    saga.reply('flight', 'done')
    saga.reply('hotel', 'done')
    expect(names(saga.reply('transfer', 'done'))).toEqual(['ticket'])
  })

  it('a second placing of the same saga changes nothing', () => {
    const saga = SagaUnderTest.placed()
    expect(names(saga.place())).toEqual([])
    expect(saga.eventsOf('saga-started')).toHaveLength(1)
  })

  it('M1: sends a silent step again, under the same identity, later each time', () => {
    const saga = SagaUnderTest.placed()
    const again = saga.elapseUntil(saga.nowMs + 1_500).filter(({ step }) => step === 'flight')
    expect(again.map(({ attempt }) => attempt)).toEqual([2])
    expect(again[0]?.input).toEqual(saga.sent[0]?.input)
  })

  it('asks again soon after a transient answer, and not for each copy of that answer', () => {
    const saga = SagaUnderTest.placed()
    saga.reply('flight', 'transient', { code: 'busy' })
    const dueAtMs = saga.dueAtMs
    saga.reply('flight', 'transient', { code: 'busy' })
    expect(saga.dueAtMs).toBe(dueAtMs)
    expect(names(saga.elapse())).toEqual(['flight'])
    expect(saga.eventsOf('retry-scheduled')).toHaveLength(1)
  })

  it('E5: a transient answer to an older attempt does not stop the current one', () => {
    const saga = SagaUnderTest.placed()
    saga.elapse()
    const dueAtMs = saga.dueAtMs
    saga.reply('flight', 'transient', { attempt: 1 })
    expect(saga.dueAtMs).toBe(dueAtMs)
  })

  it('E5: a done answer to an older attempt counts', () => {
    const saga = SagaUnderTest.placed()
    saga.elapse()
    expect(names(saga.reply('flight', 'done', { attempt: 1 }))).toEqual(['transfer'])
  })
})

describe('compensation', () => {
  it('E1: compensates what started, also without an answer, but not what was rejected', () => {
    const saga = SagaUnderTest.placed()
    saga.reply('flight', 'done')
    const sent = saga.reply('coupon', 'rejected', { code: 'coupon-expired' })
    // Hotel has not answered: its outcome is unknown. Flight waits for transfer, built upon it.
    expect(names(sent)).toEqual(['compensate hotel', 'compensate transfer'])
    expect(names(saga.compensated('transfer'))).toEqual(['compensate flight'])
    saga.compensated('flight')
    saga.compensated('hotel')
    expect(saga.status).toBe('compensated')
    expect(saga.state?.failure).toEqual({ code: 'coupon-expired', step: 'coupon' })
    expect(saga.statusOf('pay')).toBe('waiting')
  })

  it('E8: a compensation carries what its action carried, whatever its domain answered', () => {
    const saga = SagaUnderTest.placed()
    saga.reply('hotel', 'done', { output: { nights: 2 } })
    saga.reply('coupon', 'rejected')
    expect(saga.lastSent('hotel', 'compensation')?.input).toEqual({ nights: 3 })
  })

  it('E2: independent branches are compensated side by side', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    const sent = saga.reply('pay', 'rejected', { code: 'card-declined' })
    expect(names(sent).toSorted()).toEqual([
      'compensate coupon',
      'compensate hotel',
      'compensate transfer',
    ])
  })

  it('when all that started was rejected there is nothing to wait for', () => {
    const saga = SagaUnderTest.placed({ coupon: false })
    saga.reply('hotel', 'rejected', { code: 'full' })
    saga.reply('flight', 'rejected', { code: 'full' })
    saga.compensated('flight')
    expect(saga.status).toBe('compensated')
  })

  it('E6: a late success of a step under compensation is recorded and changes nothing', () => {
    const saga = SagaUnderTest.placed()
    saga.reply('coupon', 'rejected')
    expect(saga.statusOf('hotel')).toBe('compensating')
    saga.reply('hotel', 'done')
    expect(saga.statusOf('hotel')).toBe('compensating')
    expect(saga.eventsOf('reply-recorded')).toHaveLength(1)
  })

  it('E6: a late reply is recorded once, however often it comes, and whichever attempt it answers', () => {
    const saga = SagaUnderTest.placed()
    saga.elapse()
    saga.reply('coupon', 'rejected')
    const { transitions } = saga
    for (const attempt of [1, 2, 1]) saga.reply('hotel', 'done', { attempt })
    expect(saga.transitions).toBe(transitions + 1)
    saga.reply('hotel', 'rejected', { code: 'full' })
    expect(saga.transitions).toBe(transitions + 2)
  })

  it('E7: a compensation without answer is parked after three retries; the others go on', () => {
    const saga = SagaUnderTest.placed()
    saga.reply('coupon', 'rejected')
    saga.compensated('flight')
    saga.elapseUntil(saga.nowMs + 30_000)
    expect(saga.statusOf('hotel')).toBe('parked')
    expect(saga.statusOf('flight')).toBe('compensated')
    expect(saga.status).toBe('parked')
    const attempts = saga.sent.filter(
      ({ step, direction }) => step === 'hotel' && direction === 'compensation',
    )
    expect(attempts.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
  })

  it('E7: a parked compensation does not hold up one that becomes possible after it', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.reply('pay', 'rejected', { code: 'card-declined' })
    saga.reply('hotel', 'rejected', { direction: 'compensation', code: 'not-held' })
    expect(saga.statusOf('hotel')).toBe('parked')
    expect(names(saga.compensated('transfer'))).toEqual(['compensate flight'])
  })

  it('E7: a parked compensation does not hold up what it was built upon', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.reply('pay', 'rejected', { code: 'card-declined' })
    for (const step of ['hotel', 'coupon']) saga.compensated(step)
    expect(
      names(saga.reply('transfer', 'rejected', { direction: 'compensation', code: 'not-held' })),
    ).toEqual(['compensate flight'])
    saga.compensated('flight')
    expect(saga.status).toBe('parked')
  })

  it('a parked compensation is tried again every minute until its domain answers', () => {
    const saga = SagaUnderTest.placed()
    saga.reply('coupon', 'rejected')
    saga.compensated('flight')
    saga.elapseUntil(saga.nowMs + 30_000)
    expect(names(saga.elapseUntil(saga.nowMs + PARKED_RETRY_MS))).toEqual(['compensate hotel'])
    expect(names(saga.elapseUntil(saga.nowMs + PARKED_RETRY_MS * 2)).length).toBeGreaterThan(0)
    saga.compensated('hotel')
    expect(saga.status).toBe('compensated')
  })

  it('a rejected compensation waits for an operator, with nothing due', () => {
    const saga = SagaUnderTest.placed()
    saga.reply('coupon', 'rejected')
    saga.compensated('flight')
    saga.reply('hotel', 'rejected', { direction: 'compensation', code: 'no-such-room' })
    expect(saga.state?.steps.get('hotel')).toMatchObject({ reason: 'needs-operator' })
    expect(saga.status).toBe('parked')
    expect(saga.dueAtMs).toBeNull()
  })

  it('records by how much it was late', () => {
    const saga = SagaUnderTest.placed()
    saga.reply('coupon', 'rejected')
    saga.compensated('flight')
    saga.elapseUntil((saga.state?.deadlineAtMs ?? 0) + 250)
    saga.compensated('hotel')
    expect(saga.eventsOf('saga-compensated')).toEqual([{ type: 'saga-compensated', lateMs: 250 }])
  })
})

describe('the pivot and the deadline', () => {
  it('E4: a deadline before the pivot was sent compensates', () => {
    const saga = SagaUnderTest.placed()
    saga.reply('flight', 'done')
    saga.elapseUntil(saga.state?.forwardDeadlineAtMs ?? 0)
    expect(saga.state?.failure?.code).toBe('deadline-exceeded')
    expect(names(saga.sent)).not.toContain('pay')
    expect(
      names(saga.sent)
        .filter((name) => name.startsWith('compensate'))
        .toSorted(),
    ).toEqual(['compensate coupon', 'compensate hotel', 'compensate transfer'])
  })

  it('an alarm so late that steps are due as well: they are compensated, not asked again', () => {
    const saga = SagaUnderTest.placed()
    saga.nowMs += 60_000
    expect(names(saga.input({ type: 'timer' })).toSorted()).toEqual([
      'compensate coupon',
      'compensate flight',
      'compensate hotel',
    ])
  })

  it('E4: the last hold that is answered after the deadline does not send the pivot, though no alarm came', () => {
    const saga = SagaUnderTest.placed()
    for (const step of ['flight', 'coupon', 'transfer']) saga.reply(step, 'done')
    saga.nowMs = saga.state?.forwardDeadlineAtMs ?? 0
    expect(names(saga.reply('hotel', 'done')).toSorted()).toEqual([
      'compensate coupon',
      'compensate hotel',
      'compensate transfer',
    ])
    expect(saga.state?.failure?.code).toBe('deadline-exceeded')
  })

  it('E4: what was refused after the deadline is told by that', () => {
    const saga = SagaUnderTest.placed()
    saga.nowMs = saga.state?.deadlineAtMs ?? 0
    saga.reply('coupon', 'rejected', { code: 'used-up' })
    expect(saga.state?.failure).toEqual({ code: 'used-up', step: 'coupon' })
  })

  it('E4: after the deadline an operator who resumes has the pivot resolved, not carried out', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.nowMs = saga.state?.deadlineAtMs ?? 0
    expect(saga.operator({ action: 'resume' })).toMatchObject([{ step: 'pay', mode: 'resolve' }])
    expect(saga.eventsOf('operator-intervened')).toHaveLength(1)
  })

  it('E3, E4: a pivot that was sent is resolved at the deadline, and nothing is compensated', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.elapseUntil(saga.state?.forwardDeadlineAtMs ?? 0)
    expect(saga.lastSent('pay', 'action')?.mode).toBe('resolve')
    expect(names(saga.sent).some((name) => name.startsWith('compensate'))).toBe(false)
    expect(saga.status).toBe('running')
  })

  it('E4: a pivot that cannot tell yet is asked again, and taken for nothing', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.elapseUntil(saga.state?.forwardDeadlineAtMs ?? 0)
    saga.reply('pay', 'transient', { code: 'payment-pending' })
    expect(saga.statusOf('pay')).toBe('started')
    expect(saga.state?.phase).toBe('running')
    expect(names(saga.elapse())).toEqual(['pay'])
    expect(saga.lastSent('pay', 'action')?.mode).toBe('resolve')
  })

  it('a pivot that turns out charged goes on, however late', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.elapseUntil((saga.state?.deadlineAtMs ?? 0) + 1_000)
    expect(names(saga.reply('pay', 'done', { attempt: 1 }))).toEqual(['ticket'])
  })

  it('a voided pivot compensates, for the deadline that it missed', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.elapseUntil(saga.state?.forwardDeadlineAtMs ?? 0)
    saga.reply('pay', 'void')
    expect(saga.state?.failure).toEqual({ code: 'deadline-exceeded', step: 'pay' })
    expect(saga.state?.phase).toBe('compensating')
  })

  it('an unknown pivot parks the saga in the end, is asked on, and never guessed', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.elapseUntil(saga.nowMs + 200_000)
    expect(saga.state?.steps.get('pay')).toMatchObject({
      attempt: expect.any(Number),
      mode: 'resolve',
    })
    expect(saga.statusOf('hotel')).toBe('succeeded')
    saga.reply('pay', 'done')
    expect(saga.statusOf('ticket')).toBe('started')
  })

  it('after the pivot nothing is compensated: a step that fails is parked', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.reply('pay', 'done')
    saga.reply('ticket', 'rejected', { code: 'unknown-booking' })
    expect(saga.state?.steps.get('ticket')).toMatchObject({ reason: 'needs-operator' })
    expect(saga.state?.phase).toBe('running')
    expect(saga.status).toBe('parked')
  })
})

describe('a void answer', () => {
  it('from a step that nobody resolves rejects nothing: the step is parked', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    saga.reply('pay', 'done')
    saga.reply('ticket', 'void')
    expect(saga.state?.steps.get('ticket')).toMatchObject({ reason: 'needs-operator' })
    expect(saga.state?.phase).toBe('running')
  })
})

describe('cancelling', () => {
  it('before the pivot was sent it compensates', () => {
    const saga = SagaUnderTest.placed()
    expect(names(saga.input({ type: 'cancel' })).toSorted()).toEqual([
      'compensate coupon',
      'compensate flight',
      'compensate hotel',
    ])
    expect(saga.state?.failure?.code).toBe('cancelled')
    expect(names(saga.input({ type: 'cancel' }))).toEqual([])
  })

  it('from then on it does nothing', () => {
    const saga = SagaUnderTest.placed().upToPivot()
    expect(saga.input({ type: 'cancel' })).toEqual([])
    expect(saga.state?.phase).toBe('running')
  })
})

describe('what the queue gave up', () => {
  it('counts as a transient answer to that attempt, and only to that one', () => {
    const saga = SagaUnderTest.placed()
    const died = { type: 'command-died', step: 'flight', direction: 'action' } as const
    saga.input({ ...died, attempt: 7 })
    expect(saga.eventsOf('retry-scheduled')).toHaveLength(0)
    saga.input({ ...died, attempt: 1 })
    expect(saga.eventsOf('retry-scheduled')).toMatchObject([{ code: 'dead-letter' }])
  })
})
