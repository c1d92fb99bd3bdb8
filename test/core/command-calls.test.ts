/** Commands by call: what goes which way, and which replies make one transition. */
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { commandCalls } from '../../durable-objects/command-calls.ts'
import { ORDER_ID, SAGA_ID } from './harness.ts'
import type { OutgoingCommand } from '../../durable-objects/core/inputs.ts'
import type { Command, CommandCalls, Reply } from '../../durable-objects/core/messages.ts'
import { servicesOf } from '../support/each-domain.ts'

beforeEach(() => void vi.spyOn(console, 'warn').mockReturnValue())

const outgoing = (domain: string, by: 'call' | 'queue' = 'call'): OutgoingCommand => ({
  v: 1,
  sagaId: SAGA_ID,
  definition: { name: 'test', version: 1 },
  domain,
  by,
  step: `${domain}-step`,
  direction: 'action',
  mode: 'execute',
  attempt: 1,
  budgetMs: 1_000,
  holdMs: 3_000,
  traceparent: '',
  input: null,
})

const replyTo = (
  { orderId, sagaId, step, direction, attempt }: Command,
  rest: Pick<Reply, 'outcome' | 'code'> = { outcome: 'done' },
): Reply => ({ v: 1, orderId, sagaId, step, direction, attempt, ...rest })

/** Domains that answer when, and what, they are told to. */
function stage() {
  const calls = new Map<
    string,
    {
      command: Command
      say(reply: Reply | null): void
      answer(rest?: Pick<Reply, 'outcome' | 'code'>): void
      fail(): void
    }
  >()
  const domain = (name: string): CommandCalls => ({
    execute: (command) => {
      const { promise, resolve, reject } = Promise.withResolvers<Reply | null>()
      calls.set(name, {
        command,
        say: resolve,
        answer: (rest) => resolve(replyTo(command, rest)),
        fail: () => reject(new Error('the domain is down')),
      })
      return promise
    },
  })
  const queued: unknown[] = []
  const clock = { nowMs: 1_000_000 }
  const timers: { callback: () => void; isCancelled: boolean }[] = []
  const handedOver: string[][] = []
  const send = commandCalls(
    servicesOf(domain),
    async (_orderId, commands) => void queued.push(...commands),
    {
      nowMs: () => clock.nowMs,
      after: (_durationMs, callback) => {
        const timer = { callback, isCancelled: false }
        timers.push(timer)
        return () => {
          timer.isCancelled = true
        }
      },
    },
  )
  const begin = (...commands: OutgoingCommand[]) =>
    send(ORDER_ID, commands, (replies) =>
      handedOver.push(replies.map(({ step, outcome }) => `${step} ${outcome}`)),
    )
  const answer = (name: string, rest?: Pick<Reply, 'outcome' | 'code'>) =>
    calls.get(name)?.answer(rest)
  return { begin, answer, calls, queued, timers, handedOver, clock }
}

describe('the way of a command', () => {
  it('is the one that its step names', async () => {
    const { begin, answer, calls, queued, handedOver } = stage()
    const sent = begin(outgoing('inventory'), outgoing('coupons', 'queue'))
    answer('inventory')
    await sent
    expect([...calls.keys()]).toEqual(['inventory'])
    expect(queued).toEqual([expect.objectContaining({ domain: 'coupons' })])
    expect(handedOver).toEqual([['inventory-step done']])
  })

  it('is no part of what the domain is told', async () => {
    const { begin, answer, calls, queued } = stage()
    const sent = begin(outgoing('inventory'), outgoing('coupons', 'queue'))
    answer('inventory')
    await sent
    const { by: _, domain, ...command } = outgoing('inventory')
    expect(calls.get(domain)?.command).toEqual({ ...command, orderId: ORDER_ID })
    expect(queued[0]).not.toHaveProperty('by')
  })

  it('is the queue where the call fails, with the same attempt (T1)', async () => {
    const { begin, calls, queued, handedOver } = stage()
    const sent = begin(outgoing('inventory'))
    calls.get('inventory')?.fail()
    await sent
    expect(queued).toEqual([expect.objectContaining({ domain: 'inventory', attempt: 1 })])
    expect(handedOver).toEqual([])
  })

  it('is the queue with the time that was left, where the call fails late (T3)', async () => {
    const { begin, calls, queued, clock } = stage()
    const sent = begin(outgoing('payments'))
    clock.nowMs += 2_000
    calls.get('payments')?.fail()
    await sent
    expect(queued).toEqual([expect.objectContaining({ domain: 'payments', holdMs: 1_000 })])
  })

  it('ends where the call fails when its time is over: the queue would take it for new (T3)', async () => {
    const { begin, calls, queued, clock } = stage()
    const sent = begin(outgoing('payments'))
    clock.nowMs += 3_000
    calls.get('payments')?.fail()
    await sent
    expect(queued).toEqual([])
  })

  it('gives the queue no more time than there was, where the clock is set back meanwhile (T3)', async () => {
    const { begin, calls, queued, clock } = stage()
    const sent = begin(outgoing('payments'))
    clock.nowMs -= 3_600_000
    calls.get('payments')?.fail()
    await sent
    expect(queued).toEqual([expect.objectContaining({ domain: 'payments', holdMs: 3_000 })])
  })

  it('is the queue for what has no time at all, as after the deadline, if the call fails soon (T3)', async () => {
    const { begin, calls, queued, clock } = stage()
    const sent = begin({ ...outgoing('inventory'), holdMs: 0 })
    clock.nowMs += 999
    calls.get('inventory')?.fail()
    await sent
    expect(queued).toEqual([expect.objectContaining({ domain: 'inventory', holdMs: 0 })])
  })

  it('is the queue where there is no reply, or one that cannot be read, or no such domain (T1)', async () => {
    const { begin, calls, queued } = stage()
    const sent = begin(outgoing('inventory'), outgoing('coupons'), outgoing('elsewhere'))
    calls.get('inventory')?.say(null)
    const command = calls.get('coupons')?.command
    if (command) calls.get('coupons')?.say({ ...replyTo(command), attempt: 0 })
    await sent
    expect(queued).toHaveLength(3)
  })
})

describe('replies', () => {
  it('are handed over together once all are there (T2)', async () => {
    const { begin, answer, timers, handedOver } = stage()
    const sent = begin(outgoing('inventory'), outgoing('coupons'), outgoing('points'))
    answer('points')
    answer('inventory')
    await vi.waitFor(() => expect(timers).toHaveLength(1))
    expect(handedOver).toEqual([])
    answer('coupons')
    await sent
    expect(handedOver).toEqual([['points-step done', 'inventory-step done', 'coupons-step done']])
    expect(timers[0]?.isCancelled).toBe(true)
  })

  it('do not wait long for one that is late', async () => {
    const { begin, answer, timers, handedOver } = stage()
    const sent = begin(outgoing('inventory'), outgoing('coupons'), outgoing('points'))
    answer('inventory')
    await vi.waitFor(() => expect(timers).toHaveLength(1))
    timers[0]?.callback()
    expect(handedOver).toEqual([['inventory-step done']])
    answer('coupons')
    await vi.waitFor(() => expect(timers).toHaveLength(2))
    answer('points')
    await sent
    expect(handedOver).toEqual([['inventory-step done'], ['coupons-step done', 'points-step done']])
  })

  it.each(['rejected', 'transient', 'void'] as const)(
    'that are %s wait for no other',
    async (outcome) => {
      const { begin, answer, handedOver } = stage()
      const sent = begin(outgoing('inventory'), outgoing('coupons'))
      answer('inventory', { outcome, code: 'because' })
      await vi.waitFor(() => expect(handedOver).toEqual([[`inventory-step ${outcome}`]]))
      answer('coupons')
      await sent
      expect(handedOver[1]).toEqual(['coupons-step done'])
    },
  )

  it('do not wait for a call that has failed', async () => {
    const { begin, answer, calls, handedOver } = stage()
    const sent = begin(outgoing('inventory'), outgoing('coupons'))
    answer('inventory')
    calls.get('coupons')?.fail()
    await sent
    expect(handedOver).toEqual([['inventory-step done']])
  })
})
