/**
 * What stands in an order's way because a service is held back by its breaker: told at once, before
 * anything is asked of a service that would not answer.
 */
import { BreakerDesk, boardOf } from '../../durable-objects/breaker-desk.ts'
import type { Domain } from '../domains/reads.ts'
import type { ApiBindings } from './ports.ts'
import { ProblemError } from './problem-error.ts'

/** A quote must not take the place of an order that is let through to try. */
export type Asker = 'order' | 'quote'

/** What a shopper would say of it. */
const WORDS: Record<Domain, string> = {
  inventory: 'The stock cannot be looked up right now.',
  coupons: 'Coupons cannot be used right now.',
  points: 'Points cannot be used right now.',
  logistics: 'Delivery cannot be booked right now.',
  payments: 'Cards cannot be charged right now.',
}

/** What an order can do without: the field to leave out, and how to say so. */
const DISPENSABLE: Partial<Record<Domain, { field: string; message: string }>> = {
  points: { field: 'points', message: 'Without points it can be ordered now, at the full price.' },
  coupons: { field: 'coupon', message: 'Without the coupon it can be ordered now.' },
}

/** A request waits for what it asks, so it leaves nothing in the background. */
export const deskOf = ({ BREAKERS: breakers }: Pick<ApiBindings, 'BREAKERS'>): BreakerDesk =>
  new BreakerDesk(boardOf(breakers), {
    breakers,
    inBackground: (work) => void work,
    nowMs: () => Date.now(),
  })

/** Throws the problem `domain-unavailable` where one of `domains` is held back. */
export async function assertNoObstacle(
  env: Pick<ApiBindings, 'BREAKERS'>,
  domains: readonly Domain[],
  asker: Asker,
): Promise<void> {
  const obstacle = await deskOf(env).obstacle(domains, asker)
  const domain = domains.find((it) => it === obstacle?.domain)
  if (!obstacle || !domain) return
  const retryAfterS = Math.ceil(obstacle.openForMs / 1_000)
  const dispensable = DISPENSABLE[domain]
  throw new ProblemError('domain-unavailable', {
    detail: `${WORDS[domain]} Try again in ${retryAfterS} s.`,
    ...(dispensable ? { errors: [dispensable] } : {}),
    service: domain,
    retryAfterS,
  })
}
