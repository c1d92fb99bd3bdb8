/**
 * Isolates, each with production's desk, and behind them production's breaker of each domain. What a
 * desk is told takes no time: exchanges are one a second, and a few milliseconds would change nothing.
 */
import { BreakerDesk, boardOf } from '../../../../durable-objects/breaker-desk.ts'
import { DomainBreakerState } from '../../../../durable-objects/breaker-state.ts'
import { BREAKER_SETTINGS } from '../../../../durable-objects/core/breaker.ts'
import type { ApiBindings } from '../../../../worker/api/ports.ts'
import { DOMAINS, isDomain } from '../../../../worker/domains/reads.ts'
import { standIn } from '../../stand-in.ts'
import { isolatesFor } from '../placement.ts'
import type { World } from '../world.ts'

/** What the API's own functions look at, and the desk of the orders that live here. */
export type Isolate = {
  env: Pick<ApiBindings, 'BREAKERS' | 'SAGA_DEADLINE_MS'>
  desk: BreakerDesk
}

function newBreaker(domain: string): DomainBreakerState {
  let stored: unknown
  const storage = { read: () => stored, write: (saved: unknown) => void (stored = saved) }
  return new DomainBreakerState(domain, storage, BREAKER_SETTINGS)
}

export function newIsolates(world: World, ordersPerSecond: number, busy: () => void): Isolate[] {
  const states = new Map(DOMAINS.map((domain) => [domain, newBreaker(domain)]))
  const exchangeOf = (name: string): Pick<DomainBreakerState, 'exchange'> => {
    const state = isDomain(name) ? states.get(name) : undefined
    if (!state || !isDomain(name)) throw new RangeError(name)
    return {
      exchange: (outcomes, traffic) => {
        busy()
        return state.exchange(outcomes, traffic, world.backlog.get(name) ?? 0)
      },
    }
  }
  return Array.from({ length: isolatesFor(ordersPerSecond) }, () => {
    // An object of its own, since boards are kept by it.
    const breakers = { getByName: exchangeOf }
    const desk = new BreakerDesk(boardOf(breakers), {
      breakers,
      inBackground: (work) => void work,
      nowMs: world.nowMs,
    })
    return { env: { BREAKERS: standIn(breakers), SAGA_DEADLINE_MS: '3000' }, desk }
  })
}
