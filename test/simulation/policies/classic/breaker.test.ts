import { beforeEach, describe, expect, it } from 'vitest'
import { ClassicBreaker } from './breaker.ts'

let nowMs = 0
let breaker: ClassicBreaker
beforeEach(() => {
  nowMs = 1_000_000
  breaker = new ClassicBreaker(() => nowMs)
})

function meet(isWell: boolean, times: number): void {
  for (let n = 0; n < times; n += 1) breaker.met(isWell)
}

describe('the breaker of the published design', () => {
  it('opens after 15 failures in a row of 20 requests', () => {
    meet(true, 5)
    meet(false, 14)
    expect(breaker.mayAsk()).toBe(true)
    meet(false, 1)
    expect(breaker.mayAsk()).toBe(false)
    expect(breaker.openForMs).toBe(5_000)
  })

  it('stays closed while there were fewer requests, or a success between', () => {
    meet(false, 19)
    expect(breaker.mayAsk()).toBe(true)
    meet(true, 1)
    meet(false, 14)
    expect(breaker.mayAsk()).toBe(true)
  })

  it('then lets one try, which closes it or keeps it open', () => {
    meet(false, 20)
    nowMs += 5_000
    expect(breaker.mayAsk()).toBe(true)
    expect(breaker.mayAsk()).toBe(false)
    meet(false, 1)
    expect(breaker.openForMs).toBe(5_000)
    nowMs += 5_000
    expect(breaker.mayAsk()).toBe(true)
    meet(true, 1)
    expect(breaker.mayAsk()).toBe(true)
    expect(breaker.mayAsk()).toBe(true)
  })

  it('does not listen to what was sent before it opened', () => {
    meet(false, 20)
    meet(true, 1)
    expect(breaker.mayAsk()).toBe(false)
  })
})
