/**
 * The domains' breakers, simulated: production's, on a storage that survives. They open sooner than in
 * production, because a run has few orders, and they fail, as everything does. Each instance of an
 * order's object has a desk of its own, as in an isolate with no other.
 */
import { BreakerDesk } from '../../durable-objects/breaker-desk.ts'
import type { Breakers, ExchangeAnswer } from '../../durable-objects/breaker-rpc.ts'
import { DomainBreakerState } from '../../durable-objects/breaker-state.ts'
import type { BreakerSettings, Outcomes } from '../../durable-objects/core/breaker.ts'
import type { Traffic } from '../../durable-objects/core/load.ts'
import { DOMAINS, type Domain } from '../../worker/domains/reads.ts'
import type { Caller } from './caller.ts'
import { DRAW } from './draws.ts'
import { partNumber } from './parts.ts'
import type { World } from './world.ts'

const SETTINGS: BreakerSettings = {
  failureThreshold: 2,
  windowMs: 60_000,
  minRequests: 2,
  halfOpenAfterMs: 300,
  halfOpenAfterMsMax: 30_000,
  repeatsMin: 3,
  backlogMax: 5_000,
}
const CALL_MS_MAX = 5
const WRONGLY_OPEN_MS_MAX = 60_000

type Told = [Outcomes, Traffic]

type Breaker = {
  state: DomainBreakerState
  lastAnswer: ExchangeAnswer | null
  wronglyOpenUntilMs: number
}

export class SimulatedBreakers {
  readonly #world: World
  readonly #breakers = new Map<Domain, Breaker>()

  constructor(world: World) {
    this.#world = world
  }

  deskOf(caller: Caller, nowMs: () => number): BreakerDesk {
    const breakers: Breakers = {
      getByName: (name) => ({ exchange: (...told) => this.#call(name, told, caller) }),
    }
    return new BreakerDesk(new Map(), { breakers, inBackground: (work) => void work, nowMs })
  }

  #call(name: string, told: Told, caller: Caller): Promise<ExchangeAnswer> {
    const domain = DOMAINS.find((it) => it === name)
    if (!domain) throw new RangeError(name)
    const { schedule, chance, faults } = this.#world
    const part = partNumber(domain)
    return new Promise((resolve, reject) => {
      schedule.after(chance.between(1, CALL_MS_MAX, DRAW.breaker, part), () => {
        if (faults.strikes('breaker-silent', part)) {
          reject(new Error('the breaker does not answer'))
          return
        }
        this.#answer(domain, told).then((answer) => {
          if (!caller.isDead) resolve(answer)
        }, reject)
      })
    })
  }

  async #answer(domain: Domain, told: Told): Promise<ExchangeAnswer> {
    const { schedule, chance, faults, unwellUntil } = this.#world
    const part = partNumber(domain)
    if (faults.strikes('breaker-forgets', part)) this.#breakers.delete(domain)
    const breaker = this.#breakers.get(domain) ?? newBreaker(domain)
    this.#breakers.set(domain, breaker)
    if (faults.strikes('breaker-wrong', part)) {
      const openMs = chance.logBetween(100, WRONGLY_OPEN_MS_MAX, DRAW.breaker, part)
      breaker.wronglyOpenUntilMs = unwellUntil(schedule.nowMs + openMs)
    }
    const { lastAnswer, wronglyOpenUntilMs } = breaker
    const counted = await breaker.state.exchange(...told)
    const openForMs = wronglyOpenUntilMs - schedule.nowMs
    const answer: ExchangeAnswer =
      openForMs > 0 ? { ...counted, state: 'open', openForMs } : counted
    breaker.lastAnswer = answer
    if (answer.state !== lastAnswer?.state) {
      this.#world.trace(() => `the breaker of ${domain} is ${answer.state}`)
    }
    return lastAnswer && faults.strikes('breaker-stale', part) ? lastAnswer : answer
  }
}

function newBreaker(domain: Domain): Breaker {
  let stored: unknown
  const storage = { read: () => stored, write: (saved: unknown) => void (stored = saved) }
  const state = new DomainBreakerState(domain, storage, SETTINGS)
  return { state, lastAnswer: null, wronglyOpenUntilMs: 0 }
}
