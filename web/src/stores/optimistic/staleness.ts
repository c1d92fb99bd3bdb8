/** When what the server told about points, coupons and stock has to be asked for again. Pure. */
import { containedNow } from './evolve.ts'
import type { OrderView } from '../../../../worker/api/contract.ts'
import type { State } from './model.ts'

export function readsAreStale(before: State, after: State): boolean {
  if (holdsBecameKnown(before, after) || operationEnded(before, after)) return true
  if (before.server.orders === after.server.orders) return false
  return Object.values(after.server.orders).some((order) => {
    const known = before.server.orders[order.id]
    return known !== undefined && known !== order && effects(known) !== effects(order)
  })
}

function holdsBecameKnown(before: State, after: State): boolean {
  const known = containedNow(before)
  return containedNow(after).some((id) => !known.includes(id))
}

/** By refusal or failure: what it had taken off is to be compared with the server's numbers. */
function operationEnded(before: State, after: State): boolean {
  const left = new Set(after.local.operations.map((it) => it.orderId))
  return before.local.operations.some((it) => !left.has(it.orderId) && it.missingFrom.length > 0)
}

/** What of an order other reads depend on. */
const effects = (order: OrderView): string =>
  [
    order.status,
    order.settled,
    ...(order.failure?.released ?? []).map((it) => `${it.domain}:${it.state}`),
  ].join(' ')
