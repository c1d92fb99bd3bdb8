/** What a domain can take: how long to wait for it, and how often it may be asked again. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  NO_LOAD,
  NO_TIMES,
  NO_TRAFFIC,
  type Traffic,
  type TrafficPart,
  loadOf,
  replyWaitMs,
  withAnswer,
  withCommand,
  withTime,
  withTraffic,
} from '../../durable-objects/core/load.ts'

const SETTINGS = { minRequests: 20, repeatsMin: 20, backlogMax: 100 }
const timed = (...tookMs: number[]): Traffic => ({
  ...NO_TRAFFIC,
  times: tookMs.reduce(withTime, NO_TIMES),
})
const partOf = (traffic: Traffic, fromMs = 0): TrafficPart => ({ fromMs, traffic })
const loadWith = (...tookMs: number[]) => loadOf([partOf(timed(...tookMs))], 0, SETTINGS, 0)
const sent = (first: number, repeated: number): Traffic => {
  const attempts = [...Array<number>(first).fill(1), ...Array<number>(repeated).fill(2)]
  return attempts.reduce(withCommand, NO_TRAFFIC)
}

describe('times', () => {
  it('say what half of the replies, and 99 of 100, took, give or take a quarter', () => {
    const times = fc.array(fc.integer({ min: 5, max: 60_000 }), { minLength: 20, maxLength: 300 })
    fc.assert(
      fc.property(times, (tookMs) => {
        const { expectedMs: p50Ms, p99Ms } = loadWith(...tookMs)
        const inOrder = tookMs.toSorted((a, b) => a - b)
        for (const [share, said] of [[0.5, p50Ms] as const, [0.99, p99Ms] as const]) {
          const exact = inOrder[Math.ceil(share * inOrder.length) - 1] ?? 0
          expect(said).toBeGreaterThanOrEqual(Math.floor(exact))
          expect(said).toBeLessThanOrEqual(Math.ceil(exact * 1.26))
        }
      }),
    )
  })

  it('of few replies say nothing', () => {
    expect(loadWith(...Array<number>(19).fill(40))).toEqual(NO_LOAD)
    expect(loadWith(...Array<number>(20).fill(40)).p99Ms).not.toBeNull()
  })

  it('that no clock gives, or that are longer than anything, are counted all the same', () => {
    expect(loadWith(...Array<number>(20).fill(-3)).p99Ms).toBe(5)
    expect(loadWith(...Array<number>(20).fill(1e12)).p99Ms).toBeGreaterThan(60_000)
  })
})

describe('L2: who waits', () => {
  it('does so as the step says while too few replies are known', () => {
    expect(replyWaitMs(NO_LOAD, 1_000)).toBe(1_000)
  })

  it('does so for twice what 99 of 100 replies took', () => {
    expect(replyWaitMs({ ...NO_LOAD, p99Ms: 1_500 }, 1_000)).toBe(3_000)
  })

  it('does so for as long as the step says at least, and four times that at most', () => {
    expect(replyWaitMs({ ...NO_LOAD, p99Ms: 5 }, 1_000)).toBe(1_000)
    expect(replyWaitMs({ ...NO_LOAD, p99Ms: 50_000 }, 1_000)).toBe(4_000)
  })
})

const isOver = (first: number, repeated: number) =>
  loadOf([partOf(sent(first, repeated))], 0, SETTINGS, 0).isOverBudget

describe('L3: repeats', () => {
  it('may be a tenth of what is sent', () => {
    expect(isOver(1_000, 99)).toBe(false)
    expect(isOver(1_000, 100)).toBe(true)
  })

  it('are no matter while they are few', () => {
    expect(isOver(1, 19)).toBe(false)
    expect(isOver(1, 20)).toBe(true)
  })
})

/** So many first attempts, of which so many were answered, each in 40 ms. */
const underWay = (first: number, answered: number): Traffic => {
  const { times } = timed(...Array<number>(answered).fill(40))
  return Array.from({ length: answered }).reduce<Traffic>(withAnswer, {
    ...sent(first, 0),
    times,
  })
}
const expectedMs = (parts: TrafficPart[], nowMs: number) =>
  loadOf(parts, 0, SETTINGS, nowMs).expectedMs

describe('L4: what is sent now', () => {
  it('waits for what is under way, at the rate at which that is answered', () => {
    expect(expectedMs([partOf(underWay(500, 100), 0)], 2_000), '400, at 50 a second').toBe(8_000)
    const parts = [partOf(underWay(300, 100), 0), partOf(underWay(100, 100), 2_000)]
    expect(expectedMs(parts, 4_000), '200, at 50 a second').toBe(4_000)
  })

  it('takes as long as half of the replies did, though nothing is left under way', () => {
    expect(expectedMs([partOf(underWay(100, 100))], 10_000)).toBeGreaterThanOrEqual(40)
    expect(expectedMs([partOf(underWay(100, 100))], 10_000)).toBeLessThanOrEqual(51)
    expect(expectedMs([partOf(underWay(50, 100))], 10_000), 'sent before the window').toBeLessThan(
      52,
    )
  })

  it('counts a repeat neither as under way nor as answered', () => {
    const { sent: all, repeated } = sent(0, 200)
    const repeats = partOf({ ...underWay(100, 100), sent: 100 + all, repeated })
    expect(expectedMs([repeats], 10_000)).toBeLessThan(52)
  })

  it('is not known from few replies, and lasts no less than a second of what came at once', () => {
    expect(expectedMs([partOf(underWay(500, 19))], 2_000)).toBeNull()
    expect(expectedMs([partOf(underWay(200, 100), 5)], 5)).toBe(1_000)
    expect(expectedMs([partOf(underWay(200, 100), 9_000)], 5), 'a clock set back').toBe(1_000)
  })
})

const after = (atMs: number[]) =>
  atMs.reduce<TrafficPart[]>((parts, nowMs) => withTraffic(parts, sent(1, 0), nowMs), [])
const sentIn = (parts: TrafficPart[]) => parts.reduce((sum, { traffic }) => sum + traffic.sent, 0)

describe('the window', () => {
  it('forgets what is ten seconds old, part by part', () => {
    expect(sentIn(after([0, 1_000, 9_900]))).toBe(3)
    expect(sentIn(after([0, 1_000, 2_000, 10_500]))).toBe(2)
    expect(sentIn(after([0, 60_000]))).toBe(1)
  })

  it('holds few parts, however often it is told', () => {
    const everyTenMs = Array.from({ length: 3_000 }, (_, index) => index * 10)
    expect(after(everyTenMs).length).toBeLessThanOrEqual(6)
  })

  it('outlives a clock that is set back', () => {
    expect(sentIn(after([100_000, 100_500, 20_000]))).toBe(1)
    expect(sentIn(after([100_000, 97_000]))).toBe(2)
  })
})

it('a queue is full beyond what is set', () => {
  expect(loadOf([], 100, SETTINGS, 0).isFull).toBe(false)
  expect(loadOf([], 101, SETTINGS, 0)).toMatchObject({ backlog: 101, isFull: true })
})
