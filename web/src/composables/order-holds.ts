/**
 * What an order holds at each service, in one row each. The rows are the same from the first
 * moment to the last, whatever happens: only their words change, so nothing on the page moves.
 */
import { unreachable } from '../../../durable-objects/core/unreachable.ts'
import type { OrderView, StepView } from '../../../worker/api/contract.ts'

export type HoldDomain = 'inventory' | 'coupons' | 'points' | 'logistics' | 'payments'

export type HoldState =
  | 'waiting'
  | 'holding'
  | 'held'
  | 'final'
  | 'releasing'
  | 'released'
  | 'none'
  | 'parked'
  /** An operator settles it by hand. */
  | 'skipped'

export type Hold = { domain: HoldDomain; state: HoldState }

/** The steps of each domain: taking it, making it final, and giving it back in a return, where there are such. */
const STEPS: Record<HoldDomain, { take: string; keep?: string; giveBack?: string }> = {
  inventory: { take: 'reserve-stock', keep: 'commit-stock', giveBack: 'restock' },
  coupons: { take: 'redeem-coupon', keep: 'commit-coupon', giveBack: 'give-coupon-back' },
  points: { take: 'freeze-points', keep: 'deduct-points', giveBack: 'give-points-back' },
  logistics: { take: 'reserve-delivery', keep: 'book-delivery' },
  payments: { take: 'charge-card', giveBack: 'refund-card' },
}

const GIVING_BACK = Object.values(STEPS).flatMap(({ giveBack }) => giveBack ?? [])

/** The order is being returned, or has been. */
export const areGivenBack = (steps: readonly Pick<StepView, 'name'>[]): boolean =>
  steps.some(({ name }) => GIVING_BACK.includes(name))

const DOMAINS: HoldDomain[] = ['inventory', 'coupons', 'points', 'logistics', 'payments']

export function holdsOf(order: OrderView, isRefused = false): Hold[] {
  return DOMAINS.filter((domain) => isPartOf(order, domain)).map((domain) => ({
    domain,
    state: isRefused ? 'none' : stateOf(order, domain),
  }))
}

function isPartOf(order: OrderView, domain: HoldDomain): boolean {
  if (domain === 'coupons') return order.coupon !== undefined
  if (domain === 'points') return (order.points ?? 0) > 0
  if (domain === 'payments') return order.total.amount > 0
  return true
}

function stateOf(order: OrderView, domain: HoldDomain): HoldState {
  const released = order.failure?.released.find((it) => it.domain === domain)
  if (released) return released.state
  const { take, keep, giveBack } = STEPS[domain]
  const step = (name: string | undefined) => order.steps.find((it) => it.name === name)
  const back = step(giveBack)
  if (back?.status === 'succeeded') return 'released'
  if (back?.status === 'skipped') return 'skipped'
  if (back?.status === 'started' || back?.status === 'parked') return 'releasing'
  const isOver = order.status === 'failed' || order.status === 'cancelled'
  const taken = stateOfTaking(step(take)?.status, isOver)
  return taken === 'held' && step(keep)?.status === 'succeeded' ? 'final' : taken
}

function stateOfTaking(status: StepView['status'] | undefined, isOver: boolean): HoldState {
  switch (status) {
    case undefined:
    case 'rejected':
    case 'not-run':
      return 'none'
    case 'waiting':
      return isOver ? 'none' : 'waiting'
    case 'started':
      return 'holding'
    case 'succeeded':
      return 'held'
    case 'compensating':
      return 'releasing'
    case 'compensated':
      return 'released'
    case 'parked':
    case 'skipped':
      return status
    default:
      return unreachable(status)
  }
}
