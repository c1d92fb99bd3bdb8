/** A command to a domain, tried until it is answered or given up. */
import type { Domain } from '../../../../worker/domains/reads.ts'
import { DRAW } from '../draws.ts'
import { type Answer, type Asked, type Order, scopeOf } from '../order.ts'
import type { World } from '../world.ts'
import type { Retries, Rules } from './rules.ts'

export type Trying = {
  domain: Domain
  step: string
  direction: Asked['direction']
  retries: Retries
  /** No attempt begins after it. */
  untilMs: number
}

/** `ended` is called once; null: given up, and nothing is known. */
export function callUntilAnswered(
  world: World,
  rules: Rules,
  order: Order,
  { domain, step, direction, retries, untilMs }: Trying,
  ended: (answer: Answer | null) => void,
): void {
  const { schedule, chance } = world
  const tryOnce = (attempt: number): void => {
    if (!rules.mayAsk(domain)) return tryLater(attempt)
    let isWaiting = true
    const settle = (isWell: boolean): boolean => {
      if (!isWaiting) return false
      isWaiting = false
      rules.met(domain, isWell)
      return true
    }
    const timer = schedule.after(rules.timeoutMs, () => {
      if (settle(false)) tryLater(attempt)
    })
    const asked: Asked = { step, direction, mode: 'execute', attempt }
    world.ask(domain, order, asked, 'call', (reply) => {
      if (!settle(reply !== 'transient')) return
      schedule.cancel(timer)
      if (reply === 'transient') tryLater(attempt)
      else ended(reply)
    })
  }
  const tryLater = (attempt: number): void => {
    const n = scopeOf(step, direction) * 64 + attempt
    const pauseMs = retries.pauseMs(attempt, chance.nth(DRAW.jitter, order.index, n))
    if (attempt > retries.retriesMax || schedule.nowMs + pauseMs > untilMs) return ended(null)
    schedule.after(pauseMs, () => tryOnce(attempt + 1))
  }
  tryOnce(1)
}
