/**
 * What stands in an order's way because a service is held back by its breaker, or has too much to do:
 * told at once, before anything is asked of it, or held.
 */
import { BreakerDesk, boardOf } from '../../durable-objects/breaker-desk.ts'
import type { SagaDefinition } from '../../durable-objects/core/definition.ts'
import { expectedMs } from '../../durable-objects/core/expected.ts'
import type { PlacedOrder } from '../../durable-objects/order-rpc.ts'
import { withDeadline } from '../../durable-objects/sagas/registry.ts'
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

/**
 * Throws the problem `domain-unavailable` where one of `domains` is held back, and for an order
 * `overloaded` where one has too many commands waiting.
 */
export async function assertNoObstacle(
  env: Pick<ApiBindings, 'BREAKERS'>,
  domains: readonly Domain[],
  asker: Asker,
): Promise<void> {
  const obstacle = await deskOf(env).obstacle(mostNeededFirst(domains), asker)
  const domain = domains.find((it) => it === obstacle?.domain)
  if (!obstacle || !domain) return
  const retryAfterS = Math.ceil(obstacle.waitMs / 1_000)
  if (obstacle.isFull) throw overloaded(retryAfterS, domain)
  const dispensable = DISPENSABLE[domain]
  throw new ProblemError('domain-unavailable', {
    detail: `${WORDS[domain]} Try again in ${retryAfterS} s.`,
    ...(dispensable ? { errors: [dispensable] } : {}),
    service: domain,
    retryAfterS,
  })
}

/** Nobody is asked to do without something for an order that cannot be placed all the same. */
const mostNeededFirst = (domains: readonly Domain[]): Domain[] =>
  domains.toSorted((a, b) => Number(a in DISPENSABLE) - Number(b in DISPENSABLE))

/**
 * Throws `overloaded` where an order would be past its deadline, if its steps take what their domains
 * let expect now. From half of the time on it throws for some of them, and for more the later they
 * would be: what is expected is a second old, and all who ask within it would be told the same.
 *
 * @param chance from 0 to 1, an order's own
 */
export function assertInTime(
  env: Pick<ApiBindings, 'BREAKERS' | 'SAGA_DEADLINE_MS'>,
  begunOn: SagaDefinition<PlacedOrder>,
  order: PlacedOrder,
  chance: number,
): void {
  const definition = withDeadline(begunOn, Number(env.SAGA_DEADLINE_MS))
  const desk = deskOf(env)
  const neededMs = expectedMs(definition, order, (domain) => desk.expectedMs(domain))
  const lateness = neededMs / (definition.deadlineMs - definition.compensationMs)
  if (lateness > SURE_SHARE + (1 - SURE_SHARE) * chance) throw overloaded(LATE_RETRY_S)
}

/** Of the time that an order has: who needs no more of it is taken in for sure. */
const SURE_SHARE = 0.5

/** Until then about half of what was slow is no longer looked at. */
const LATE_RETRY_S = 5

const overloaded = (retryAfterS: number, service?: Domain): ProblemError =>
  new ProblemError('overloaded', {
    detail: `Too many orders are under way. Try again in ${retryAfterS} s.`,
    ...(service ? { service } : {}),
    retryAfterS,
  })
