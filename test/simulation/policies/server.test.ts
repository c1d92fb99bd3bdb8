import { describe, expect, it } from 'vitest'
import { Schedule } from '../schedule.ts'
import { Server } from './server.ts'

function served(requests: number, capacity: number, prepare?: (server: Server) => void): number[] {
  const schedule = new Schedule(0)
  const server = new Server(schedule, capacity)
  prepare?.(server)
  const atMs: number[] = []
  for (let n = 0; n < requests; n += 1) server.ask(10, () => atMs.push(schedule.nowMs))
  while (schedule.step());
  return atMs
}

describe('a domain', () => {
  it('makes those wait who are too many, in the order in which they came', () => {
    expect(served(5, 2)).toEqual([10, 10, 20, 20, 30])
  })

  it('does nothing while it stands still, and then all of it', () => {
    expect(served(3, 2, (server) => server.stall(100))).toEqual([110, 110, 120])
  })

  it('that stops amid a request ends it when it goes on', () => {
    const schedule = new Schedule(0)
    const server = new Server(schedule, 1)
    const atMs: number[] = []
    server.ask(10, () => atMs.push(schedule.nowMs))
    schedule.at(5, () => server.stall(50))
    while (schedule.step());
    expect(atMs).toEqual([50])
  })

  it('that has slowed down takes longer for each', () => {
    expect(served(2, 1, (server) => server.slowDown(3))).toEqual([30, 60])
  })

  it('of which half is left does half as much', () => {
    expect(served(4, 2, (server) => server.keep(0.5))).toEqual([10, 20, 30, 40])
  })
})
