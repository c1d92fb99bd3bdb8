/**
 * "Breaker with exponential backoff". Actions are retried as ours are, from 100 ms on; compensations as
 * the published design says: 3 times, from 2 s on, doubled each time. Half of each pause is jitter, as ours. A
 * new order that needs a domain whose breaker is open is refused, and told when to come again.
 */
import { DOMAINS, type Domain } from '../../../../worker/domains/reads.ts'
import type { NewPolicy } from '../policy.ts'
import { ClassicBreaker } from './breaker.ts'
import { domainsOf } from '../domain.ts'
import { isolateOf, isolatesFor } from '../placement.ts'
import { type Retries, type Rules, TIMEOUT_MS } from './rules.ts'
import { ClassicSaga } from './saga.ts'

const exponential = (fromMs: number, capMs: number): Retries => ({
  retriesMax: 3,
  pauseMs: (retry, jitter) => Math.min(capMs, fromMs * 2 ** (retry - 1)) * (0.5 + 0.5 * jitter),
})

const ACTIONS = exponential(100, 1_000)
const AFTERWARDS = exponential(2_000, 60_000)

function rulesWith(breakerOf: (domain: Domain) => ClassicBreaker | undefined): Rules {
  return {
    timeoutMs: TIMEOUT_MS,
    actions: ACTIONS,
    afterwards: AFTERWARDS,
    refusal: (domains) => {
      const openForMs = Math.max(0, ...domains.map((it) => breakerOf(it)?.openForMs ?? 0))
      return openForMs === 0 ? null : Math.ceil(openForMs / 1_000)
    },
    mayAsk: (domain) => breakerOf(domain)?.mayAsk() ?? true,
    met: (domain, isWell) => breakerOf(domain)?.met(isWell),
  }
}

export const breakerAndBackoffFor =
  (ordersPerSecond: number): NewPolicy =>
  (world, books) => {
    const isolates = Array.from({ length: isolatesFor(ordersPerSecond) }, () => {
      const breakers = new Map(DOMAINS.map((domain) => [domain, new ClassicBreaker(world.nowMs)]))
      return rulesWith((domain) => breakers.get(domain))
    })
    return {
      place: (order, answered) => {
        const rules = isolates[isolateOf(order, 0, world.chance, isolates.length)]
        if (!rules) throw new RangeError('no isolate')
        const retryAfterS = rules.refusal(domainsOf(order))
        if (retryAfterS === null) new ClassicSaga(world, rules, books, order).start()
        answered(retryAfterS)
      },
      takeBusy: () => false,
    }
  }
