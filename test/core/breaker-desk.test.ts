/** What an isolate knows of the breakers, what it asks of them, and how often. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BreakerDesk, boardOf } from '../../durable-objects/breaker-desk.ts'
import type { Breakers } from '../../durable-objects/breaker-rpc.ts'
import { type BreakerAnswer, type Outcomes } from '../../durable-objects/core/breaker.ts'

const START_MS = 1_000_000

/** Breakers that answer as they are told to, and keep what they hear. */
class Scripted implements Breakers {
  readonly heard: { domain: string; outcomes: Outcomes }[] = []
  answer: BreakerAnswer = { state: 'closed', openForMs: 0 }
  isDown = false
  isSilent = false

  getByName(domain: string) {
    return {
      exchange: async (outcomes: Outcomes): Promise<BreakerAnswer> => {
        this.heard.push({ domain, outcomes })
        if (this.isDown) throw new Error('the breaker is down')
        return this.isSilent ? new Promise<BreakerAnswer>(() => undefined) : this.answer
      },
    }
  }
}

let breakers: Scripted
let desk: BreakerDesk
let nowMs: number
let background: Promise<unknown>[]
const warned = vi.spyOn(console, 'warn')
beforeEach(() => {
  warned.mockReset()
  breakers = new Scripted()
  nowMs = START_MS
  background = []
  desk = deskFor(breakers)
})
afterEach(() => void vi.useRealTimers())

function deskFor(shared: Scripted): BreakerDesk {
  return new BreakerDesk(boardOf(shared), {
    breakers: shared,
    inBackground: (work) => void background.push(work),
    nowMs: () => nowMs,
  })
}

/** Asks, and waits for what the breaker says to that. */
async function told(domain = 'payments'): Promise<number> {
  desk.openForMs(domain)
  await Promise.all(background.splice(0))
  return desk.openForMs(domain)
}

describe('a desk', () => {
  it('U7: asks once in a second, for all who share it', async () => {
    for (let round = 0; round < 100; round += 1) {
      deskFor(breakers).openForMs('payments')
      nowMs += 9
    }
    expect(breakers.heard).toHaveLength(1)
    await Promise.all(background.splice(0))
    nowMs += 100
    desk.openForMs('payments')
    expect(breakers.heard).toHaveLength(2)
    desk.openForMs('inventory')
    expect(breakers.heard.map(({ domain }) => domain)).toEqual([
      'payments',
      'payments',
      'inventory',
    ])
  })

  it('U7: what is met in between goes with the next question, once', async () => {
    await told()
    for (const isWell of [true, false, false]) desk.report('payments', isWell)
    expect(breakers.heard).toHaveLength(1)
    nowMs += 1_000
    desk.report('payments', false)
    await Promise.all(background.splice(0))
    nowMs += 1_000
    desk.openForMs('payments')
    const [, second, third] = breakers.heard
    expect(second?.outcomes).toEqual({ requests: 4, hasSucceeded: true, failedInARow: 3 })
    expect(third?.outcomes).toEqual({ requests: 0, hasSucceeded: false, failedInARow: 0 })
  })

  it('U7: a success goes at once while the breaker is not closed; a failure waits its turn', async () => {
    breakers.answer = { state: 'half-open', openForMs: 0 }
    await told()
    desk.report('payments', false)
    expect(breakers.heard).toHaveLength(1)
    breakers.answer = { state: 'closed', openForMs: 0 }
    desk.report('payments', true)
    expect(breakers.heard).toHaveLength(2)
    await Promise.all(background.splice(0))
    expect([desk.openForMs('payments'), desk.openForMs('payments')]).toEqual([0, 0])
  })

  it('says for how long a breaker is open still', async () => {
    breakers.answer = { state: 'open', openForMs: 4_000 }
    expect(await told()).toBe(4_000)
    nowMs += 500
    expect(desk.openForMs('payments')).toBe(3_500)
  })

  it('U9: half-open, it lets one command in a second through, and one order', async () => {
    breakers.answer = { state: 'half-open', openForMs: 0 }
    expect(await told()).toBe(0)
    expect(desk.openForMs('payments')).toBe(1_000)
    expect(await desk.obstacle(['payments'], 'order')).toBeNull()
    expect(await desk.obstacle(['payments'], 'order')).toEqual({
      domain: 'payments',
      openForMs: 1_000,
    })
    expect(await desk.obstacle(['payments'], 'quote'), 'each on its own').toBeNull()
    nowMs += 400
    expect(desk.openForMs('payments')).toBe(600)
    nowMs += 600
    expect(desk.openForMs('payments')).toBe(0)
  })

  it('U9: so it does when the time is over and nothing was heard since', async () => {
    breakers.answer = { state: 'open', openForMs: 800 }
    await told()
    nowMs += 800
    expect([desk.openForMs('payments'), desk.openForMs('payments')]).toEqual([0, 1_000])
  })

  it('U8: a breaker that fails counts as closed, and is asked again a second later', async () => {
    breakers.answer = { state: 'open', openForMs: 4_000 }
    await told()
    breakers.isDown = true
    nowMs += 1_000
    expect(await told()).toBe(0)
    expect(warned.mock.calls[0]?.[0]).toContain('breaker-silent')
    breakers.isDown = false
    nowMs += 1_000
    expect(await told()).toBe(4_000)
  })

  it('U8: one that never answers is given up after five seconds', async () => {
    breakers.answer = { state: 'open', openForMs: 60_000 }
    await told()
    breakers.isSilent = true
    nowMs += 1_000
    expect(desk.openForMs('payments')).toBe(59_000)
    nowMs += 5_000
    expect(desk.openForMs('payments')).toBe(0)
  })

  it('an order asks before it is placed, and waits for the answer', async () => {
    breakers.answer = { state: 'open', openForMs: 4_000 }
    expect(await desk.obstacle(['inventory', 'payments'], 'order')).toEqual({
      domain: 'inventory',
      openForMs: 4_000,
    })
    expect(breakers.heard.map(({ domain }) => domain)).toEqual(['inventory', 'payments'])
    await desk.obstacle(['inventory', 'payments'], 'order')
    expect(breakers.heard).toHaveLength(2)
  })

  it('U8: an order does not wait for a breaker that is silent', async () => {
    vi.useFakeTimers()
    breakers.isSilent = true
    const obstacle = desk.obstacle(['payments'], 'order')
    await vi.advanceTimersByTimeAsync(500)
    expect(await obstacle).toBeNull()
  })
})
