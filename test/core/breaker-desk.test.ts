/** What an isolate knows of the breakers, what it asks of them, and how often. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BreakerDesk, boardOf } from '../../durable-objects/breaker-desk.ts'
import type { Breakers, ExchangeAnswer } from '../../durable-objects/breaker-rpc.ts'
import type { BreakerAnswer, Outcomes } from '../../durable-objects/core/breaker.ts'
import { type Load, NO_LOAD, type Traffic } from '../../durable-objects/core/load.ts'

const START_MS = 1_000_000

/** Breakers that answer as they are told to, and keep what they hear. */
class Scripted implements Breakers {
  readonly heard: { domain: string; outcomes: Outcomes; traffic: Traffic }[] = []
  answer: BreakerAnswer = { state: 'closed', openForMs: 0 }
  load: Load = NO_LOAD
  isDown = false
  isSilent = false

  getByName(domain: string) {
    return {
      exchange: async (outcomes: Outcomes, traffic: Traffic): Promise<ExchangeAnswer> => {
        this.heard.push({ domain, outcomes, traffic })
        if (this.isDown) throw new Error('the breaker is down')
        const { promise: never } = Promise.withResolvers<ExchangeAnswer>()
        return this.isSilent ? never : { ...this.answer, load: this.load }
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

function deskFor(shared: Breakers): BreakerDesk {
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
    for (const isWell of [true, false, false])
      desk.report({ domain: 'payments', isWell, isNews: true, answersFirst: false })
    expect(breakers.heard).toHaveLength(1)
    nowMs += 1_000
    desk.report({ domain: 'payments', isWell: false, isNews: true, answersFirst: false })
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
    desk.report({ domain: 'payments', isWell: false, isNews: true, answersFirst: false })
    expect(breakers.heard).toHaveLength(1)
    breakers.answer = { state: 'closed', openForMs: 0 }
    desk.report({ domain: 'payments', isWell: true, isNews: true, answersFirst: true })
    expect(breakers.heard).toHaveLength(2)
    await Promise.all(background.splice(0))
    expect([desk.openForMs('payments'), desk.openForMs('payments')]).toEqual([0, 0])
  })

  it('U14: what is no news is told to a breaker that is not closed, and to no other', async () => {
    const again = { domain: 'payments', isWell: false, isNews: false, answersFirst: false }
    await told()
    desk.report(again)
    breakers.answer = { state: 'half-open', openForMs: 0 }
    nowMs += 1_000
    await told()
    desk.report(again)
    nowMs += 1_000
    await told()
    expect(breakers.heard.map(({ outcomes }) => outcomes.failedInARow)).toEqual([0, 0, 1])
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
      waitMs: 1_000,
      isFull: false,
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

  it('U16: a clock that is set back makes nobody wait for longer than the breaker says', async () => {
    breakers.answer = { state: 'open', openForMs: 4_000 }
    await told()
    nowMs -= 300_000
    expect(desk.openForMs('payments')).toBe(4_000)
  })

  it('U16: nor for more than a second for what is let through while it is half-open', async () => {
    breakers.answer = { state: 'half-open', openForMs: 0 }
    expect(await told()).toBe(0)
    expect(desk.openForMs('payments')).toBe(1_000)
    nowMs -= 300_000
    expect(desk.openForMs('payments')).toBe(0)
    nowMs -= 400
    expect(desk.openForMs('payments')).toBe(600)
    nowMs += 1_400
    expect(desk.openForMs('payments')).toBe(0)
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
      waitMs: 4_000,
      isFull: false,
    })
    expect(breakers.heard.map(({ domain }) => domain)).toEqual(['inventory', 'payments'])
    await desk.obstacle(['inventory', 'payments'], 'order')
    expect(breakers.heard).toHaveLength(2)
  })

  it('U8: an answer that comes after it was given up does not replace that of the next question', async () => {
    const answers: ((answer: ExchangeAnswer) => void)[] = []
    const late: Breakers = {
      getByName: () => ({ exchange: () => new Promise((resolve) => answers.push(resolve)) }),
    }
    const asking = deskFor(late)
    asking.openForMs('payments')
    nowMs += 5_000
    asking.openForMs('payments')
    const [first, second] = answers
    second?.({ state: 'open', openForMs: 4_000, load: NO_LOAD })
    first?.({ state: 'closed', openForMs: 0, load: NO_LOAD })
    await Promise.all(background.splice(0))
    expect(asking.openForMs('payments')).toBe(4_000)
  })

  it('U8: an order does not wait for a breaker that is silent', async () => {
    vi.useFakeTimers()
    breakers.isSilent = true
    const obstacle = desk.obstacle(['payments'], 'order')
    await vi.advanceTimersByTimeAsync(500)
    expect(await obstacle).toBeNull()
  })

  it('says what was sent and how long replies took, once', async () => {
    await told()
    desk.openForMs('payments', 2)
    desk.report({ domain: 'payments', isWell: true, isNews: true, answersFirst: true, tookMs: 5 })
    nowMs += 1_000
    await told()
    nowMs += 1_000
    await told()
    expect(breakers.heard.map(({ traffic }) => traffic)).toEqual([
      { sent: 0, repeated: 0, answered: 0, times: [] },
      { sent: 3, repeated: 1, answered: 1, times: [1] },
      { sent: 2, repeated: 0, answered: 0, times: [] },
    ])
  })

  it('U12: repeats wait while they are too many, first attempts do not', async () => {
    breakers.load = { ...NO_LOAD, isOverBudget: true }
    await told()
    expect(desk.openForMs('payments', 2)).toBe(1_000)
    expect(desk.openForMs('payments', 1)).toBe(0)
    breakers.load = NO_LOAD
    nowMs += 1_000
    await told()
    expect(desk.openForMs('payments', 2)).toBe(0)
  })

  it('waits for replies as long as they take lately', async () => {
    expect(desk.replyWaitMs('payments', 1_000)).toBe(1_000)
    breakers.load = { ...NO_LOAD, p99Ms: 900, expectedMs: 100 }
    await told()
    expect(desk.replyWaitMs('payments', 1_000)).toBe(1_800)
    expect(desk.expectedMs('payments')).toBe(100)
  })

  it('an order is refused where too many commands wait, a quote is not', async () => {
    breakers.load = { ...NO_LOAD, backlog: 9_000, isFull: true }
    await told()
    expect(await desk.obstacle(['payments'], 'order')).toEqual({
      domain: 'payments',
      waitMs: 1_000,
      isFull: true,
    })
    expect(await desk.obstacle(['payments'], 'quote')).toBeNull()
  })
})
