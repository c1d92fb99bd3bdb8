/** When what the server told of points, coupons and stock contains an order, or has to be asked for again. Pure. */
import type { OrderView } from '../../../../worker/api/contract.ts'
import { counting } from '../optimistic/protocol.ts'
import { type ShopState, knownOrder, placings } from './model.ts'

const HOLDS = ['reserve-stock', 'redeem-coupon', 'freeze-points']

/** The operations whose holds a read that begins now is certain to contain (O4). */
export const containedNow = (state: ShopState): string[] =>
  placings(counting(state))
    .filter((it) => it.stage === 'accepted' && areHoldsKnown(knownOrder(state, it.id)))
    .map((it) => it.id)

function areHoldsKnown(order: OrderView | null): boolean {
  if (!order) return false
  if (order.status !== 'pending') return true
  const holds = order.steps.filter((step) => HOLDS.includes(step.name))
  return holds.length > 0 && holds.every((step) => step.status === 'succeeded')
}

export function readsAreStale(before: ShopState, after: ShopState): boolean {
  if (holdsBecameKnown(before, after) || placingEnded(before, after)) return true
  return Object.keys(after.snapshots).some((id) => {
    const known = knownOrder(before, id)
    const order = knownOrder(after, id)
    return known !== null && order !== null && known !== order && effects(known) !== effects(order)
  })
}

function holdsBecameKnown(before: ShopState, after: ShopState): boolean {
  const known = containedNow(before)
  return containedNow(after).some((id) => !known.includes(id))
}

/** By refusal, failure or silence: what it had taken off is to be compared with the server's numbers. */
function placingEnded(before: ShopState, after: ShopState): boolean {
  const left = new Set(counting(after).map((it) => it.id))
  const contained = new Set(containedNow(before))
  return placings(counting(before)).some((it) => !left.has(it.id) && !contained.has(it.id))
}

/** What of an order other reads depend on. */
const effects = (order: OrderView): string =>
  [
    order.status,
    order.settled,
    ...(order.failure?.released ?? []).map((it) => `${it.domain}:${it.state}`),
  ].join(' ')
