/** U10: what those who wait have to tell of the domains. */
import { describe, expect, it } from 'vitest'
import type { LaterInput } from '../../durable-objects/core/inputs.ts'
import type { Reply } from '../../durable-objects/core/messages.ts'
import { outcomesOf } from '../../durable-objects/core/outcomes.ts'
import { SagaUnderTest } from './harness.ts'

const met = (saga: SagaUnderTest, ...inputs: LaterInput[]): string[] =>
  saga.state
    ? outcomesOf(saga.state, inputs, saga.nowMs).map(
        ({ domain, isWell, isNews }) =>
          `${domain} ${isWell ? 'well' : 'failed'}${isNews ? '' : ' again'}`,
      )
    : []
const replied = (saga: SagaUnderTest, step: string, outcome: 'done' | 'rejected' | 'transient') =>
  met(saga, { type: 'reply-received', reply: saga.replyOf(step, outcome) })

const first = (saga: SagaUnderTest, input: LaterInput): boolean[] =>
  saga.state
    ? outcomesOf(saga.state, [input], saga.nowMs).map(({ answersFirst }) => answersFirst)
    : []

const tookMs = (saga: SagaUnderTest, change: Partial<Reply> = {}) =>
  saga.state &&
  outcomesOf(
    saga.state,
    [{ type: 'reply-received', reply: { ...saga.replyOf('hotel', 'done'), ...change } }],
    saga.nowMs,
  ).map((outcome) => outcome.tookMs)

describe('who waits reports', () => {
  it('any answer is a success of the domain, also a no; not knowing is a failure', () => {
    const saga = SagaUnderTest.placed()
    expect(replied(saga, 'flight', 'done')).toEqual(['air well'])
    expect(replied(saga, 'flight', 'rejected')).toEqual(['air well'])
    expect(replied(saga, 'flight', 'transient')).toEqual(['air failed'])
    expect(
      met(saga, { type: 'command-died', step: 'hotel', direction: 'action', attempt: 1 }),
    ).toEqual(['rooms failed'])
  })

  it('silence is a failure of each domain whose answer is overdue, once per attempt', () => {
    const saga = SagaUnderTest.placed({ coupon: false })
    expect(met(saga, { type: 'timer' }), 'nothing is due yet').toEqual([])
    saga.nowMs += 1
    saga.reply('flight', 'done')
    saga.nowMs = saga.dueAtMs ?? 0
    expect(met(saga, { type: 'timer' })).toEqual(['rooms failed'])
    saga.input({ type: 'timer' })
    expect(met(saga, { type: 'timer' }), 'asked again, and waited for again').toEqual([])
  })

  it('a step that waits for its next attempt is not silent', () => {
    const saga = SagaUnderTest.placed({ coupon: false })
    saga.reply('flight', 'done')
    saga.reply('hotel', 'transient')
    saga.nowMs = saga.dueAtMs ?? 0
    expect(saga.nowMs, 'before the transfer is overdue').toBeLessThan(1_001_000)
    expect(met(saga, { type: 'timer' })).toEqual([])
  })

  it('U13: a repeat that is not known yet, again, is no news; one that is known, or silent, is', () => {
    const saga = SagaUnderTest.placed({ coupon: false })
    saga.reply('flight', 'done')
    expect(replied(saga, 'hotel', 'transient')).toEqual(['rooms failed'])
    saga.reply('hotel', 'transient')
    saga.nowMs = saga.dueAtMs ?? 0
    saga.input({ type: 'timer' })
    const reply = saga.replyOf('hotel', 'transient')
    expect(reply.attempt).toBe(2)
    expect(replied(saga, 'hotel', 'transient')).toEqual(['rooms failed again'])
    expect(replied(saga, 'hotel', 'done')).toEqual(['rooms well'])
    const died = { type: 'command-died', step: 'hotel', direction: 'action', attempt: 2 } as const
    expect(met(saga, died)).toEqual(['rooms failed'])
    saga.nowMs += 60_000
    expect(met(saga, { type: 'timer' })).toContain('rooms failed')
  })

  it('says nothing of steps that it does not know, nor of a shopper or an operator', () => {
    const saga = SagaUnderTest.placed()
    const reply = { ...saga.replyOf('flight', 'done'), step: 'no-such-step' }
    expect(met(saga, { type: 'reply-received', reply }, { type: 'cancel' })).toEqual([])
  })

  it('L4: a first attempt is no longer under way once it has its reply, or died; a repeat never was', () => {
    const saga = SagaUnderTest.placed()
    const reply = saga.replyOf('hotel', 'done')
    expect(first(saga, { type: 'reply-received', reply })).toEqual([true])
    const busy: Reply = { ...reply, outcome: 'transient', code: 'busy' }
    expect(first(saga, { type: 'reply-received', reply: busy })).toEqual([true])
    expect(first(saga, { type: 'reply-received', reply: { ...reply, attempt: 2 } })).toEqual([
      false,
    ])
    const died = { type: 'command-died', step: 'hotel', direction: 'action' } as const
    expect(first(saga, { ...died, attempt: 1 })).toEqual([true])
    expect(first(saga, { ...died, attempt: 2 })).toEqual([false])
    saga.nowMs = saga.dueAtMs ?? 0
    expect(new Set(first(saga, { type: 'timer' })), 'silence is no answer').toEqual(
      new Set([false]),
    )
  })

  it('L1: times the reply to the first attempt of an action, and no other', () => {
    const saga = SagaUnderTest.placed({ coupon: false })
    saga.reply('flight', 'done')
    saga.nowMs += 300
    expect(tookMs(saga)).toEqual([300])
    expect(tookMs(saga, { outcome: 'rejected', code: 'full' })).toEqual([300])
    expect(tookMs(saga, { outcome: 'transient', code: 'busy' }), 'no work was done').toEqual([
      undefined,
    ])
    saga.nowMs = saga.dueAtMs ?? 0
    saga.input({ type: 'timer' })
    expect(tookMs(saga, { attempt: 2 })).toEqual([undefined])
    expect(tookMs(saga, { attempt: 1 }), 'late, and just as true').toEqual([1_000])
    saga.input({ type: 'cancel' })
    saga.nowMs += 5
    expect(tookMs(saga, { direction: 'compensation', attempt: 1 })).toEqual([undefined])
  })
})
