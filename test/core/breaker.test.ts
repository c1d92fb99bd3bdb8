/** A domain's breaker: when it opens, how it closes, what it keeps. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NO_OUTCOMES, withOutcome } from '../../durable-objects/core/breaker.ts'
import { BreakersInMemory } from '../support/breakers.ts'

const START_MS = 1_000_000
const CLOSED = { state: 'closed', openForMs: 0 }
const operator = { by: 'Ann', reason: 'the card provider is moving' }

let breakers: BreakersInMemory
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: START_MS })
  breakers = new BreakersInMemory()
})
afterEach(() => void vi.useRealTimers())

const after = (durationMs: number) => vi.setSystemTime(Date.now() + durationMs)
const answer = () => breakers.of('payments').answer

async function opened(): Promise<void> {
  await breakers.succeed('payments', 5)
  await breakers.fail('payments', 15)
}

describe('a breaker', () => {
  it('U1: opens with the fifteenth failure in a row, not with the fourteenth', async () => {
    await breakers.succeed('payments', 5)
    await breakers.fail('payments', 14)
    expect(answer()).toEqual(CLOSED)
    await breakers.fail('payments', 1)
    expect(answer()).toEqual({ state: 'open', openForMs: 1_000 })
  })

  it('U1: a success in between starts the count again', async () => {
    await breakers.fail('payments', 14)
    await breakers.succeed('payments')
    await breakers.fail('payments', 14)
    expect(answer()).toEqual(CLOSED)
  })

  it('U1: of fewer than twenty outcomes it thinks nothing', async () => {
    await breakers.fail('payments', 19)
    expect(answer()).toEqual(CLOSED)
    await breakers.fail('payments', 1)
    expect(answer().state).toBe('open')
  })

  it('U1: what was seen longer ago than the window no longer counts', async () => {
    await breakers.succeed('payments', 100)
    after(59_999)
    await breakers.fail('payments', 14)
    after(60_000)
    await breakers.fail('payments', 14)
    expect(answer()).toEqual(CLOSED)
    await breakers.fail('payments', 1)
    expect(answer(), 'fifteen in a row, but of fifteen').toEqual(CLOSED)
  })

  it('U1: tells of no failure, and no request, from before the window', async () => {
    await breakers.succeed('payments', 3)
    after(30_000)
    await breakers.fail('payments', 4)
    const told = () => {
      const { failedInARow, requests } = breakers.of('payments').inspect()
      return { failedInARow, requests }
    }
    expect(told()).toEqual({ failedInARow: 4, requests: 7 })
    after(30_000)
    expect(told()).toEqual({ failedInARow: 4, requests: 4 })
    after(30_000)
    expect(told()).toEqual({ failedInARow: 0, requests: 0 })
  })

  it('U4: what comes while it is open changes nothing; then one success closes it', async () => {
    await opened()
    after(999)
    await breakers.succeed('payments')
    expect(answer()).toEqual({ state: 'open', openForMs: 1 })
    after(1)
    expect(answer()).toEqual({ state: 'half-open', openForMs: 0 })
    await breakers.succeed('payments')
    expect(answer()).toEqual(CLOSED)
    await breakers.fail('payments', 14)
    expect(answer(), 'and the count starts again').toEqual(CLOSED)
  })

  it('U3: a failure opens it again, for twice as long each time, up to a limit', async () => {
    await opened()
    const stays: number[] = []
    for (let round = 0; round < 6; round += 1) {
      stays.push(answer().openForMs)
      after(answer().openForMs)
      await breakers.fail('payments', 1)
    }
    expect(stays).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, 10_000])
    after(10_000)
    await breakers.succeed('payments')
    await opened()
    expect(answer().openForMs, 'from the beginning, once it was closed').toBe(1_000)
  })

  it('U5: is still open after it has left memory, and closes for those that ask then', async () => {
    await opened()
    after(1_000)
    await breakers.fail('payments', 1)
    breakers.evict()
    after(500)
    expect(answer()).toEqual({ state: 'open', openForMs: 1_500 })
    after(1_500)
    breakers.evict()
    expect(answer().state).toBe('half-open')
    await breakers.succeed('payments')
    breakers.evict()
    expect(answer()).toEqual(CLOSED)
  })

  it('U5: counts on where it stopped, and writes nothing for healthy traffic', async () => {
    for (let round = 0; round < 10; round += 1) await breakers.succeed('payments', 50)
    expect(breakers.writes).toBe(0)
    await breakers.fail('payments', 10)
    breakers.evict()
    await breakers.fail('payments', 5)
    expect(answer().state).toBe('open')
    expect(breakers.writes).toBe(2)
  })

  it('what it stored is of no use: it begins anew, and does not fail', () => {
    breakers.stored.set('payments', { circuit: 'of another version' })
    expect(answer()).toEqual(CLOSED)
  })

  it('U18: a clock that is set back keeps it open for one more stay, and no longer', async () => {
    await opened()
    after(-300_000)
    expect(answer()).toEqual({ state: 'open', openForMs: 1_000 })
    after(400)
    expect(answer()).toEqual({ state: 'open', openForMs: 600 })
    after(600)
    expect(answer().state).toBe('half-open')
    await breakers.succeed('payments')
    expect(answer()).toEqual(CLOSED)
  })

  it('U18: outcomes count after that stay, also of one that opened again or has left memory', async () => {
    await opened()
    after(1_000)
    await breakers.fail('payments', 1)
    after(-300_000)
    await breakers.fail('payments', 1)
    breakers.evict()
    after(1_999)
    expect(answer()).toEqual({ state: 'open', openForMs: 1 })
    after(1)
    await breakers.fail('payments', 1)
    expect(answer()).toEqual({ state: 'open', openForMs: 4_000 })
  })
})

describe('an operator', () => {
  it('changes settings, which stay, and leaves the others as configured', async () => {
    breakers
      .of('payments')
      .change({ settings: { failureThreshold: 3, minRequests: 3 }, ...operator })
    breakers.evict()
    expect(breakers.of('payments').inspect()).toMatchObject({
      settings: { failureThreshold: 3, minRequests: 3, windowMs: 60_000 },
      changed: { ...operator, atMs: START_MS },
    })
    await breakers.fail('payments', 3)
    expect(answer().state).toBe('open')
  })

  it('changes settings of one that is open: it stays so', async () => {
    await opened()
    breakers.of('payments').change({ settings: { halfOpenAfterMs: 4_000 }, ...operator })
    after(1_000)
    expect(answer()).toEqual({ state: 'open', openForMs: 3_000 })
  })

  it('U6: holds it open although all is well, until it is automatic again', async () => {
    breakers.of('payments').change({ force: 'open', ...operator })
    await breakers.succeed('payments')
    after(3_600_000)
    expect(answer()).toEqual({ state: 'open', openForMs: 5_000 })
    breakers.of('payments').change({ force: 'auto', ...operator })
    expect(answer()).toEqual(CLOSED)
  })

  it('U6: holds it closed; what was counted meanwhile counts afterwards', async () => {
    breakers.of('payments').change({ force: 'closed', ...operator })
    await opened()
    expect(answer()).toEqual(CLOSED)
    breakers.of('payments').change({ force: 'auto', ...operator })
    expect(answer().state).toBe('open')
  })
})

it('outcomes are added up by how they ended', () => {
  const many = [true, false, true, false, false].reduce(withOutcome, NO_OUTCOMES)
  expect(many).toEqual({ requests: 5, hasSucceeded: true, failedInARow: 2 })
  expect(withOutcome(many, true).failedInARow).toBe(0)
})
