/** What the shop's operations mean to the optimistic protocol. Pure. */
import type { OrderVersion, OrderView, ShipTo } from '../../../../worker/api/contract.ts'
import { type Definition, isNewer } from '../optimistic/protocol.ts'
import { isSameAddress } from '../address-draft.ts'
import { adjustLines } from './basket-lines.ts'
import {
  type BasketLine,
  type Change,
  type Known,
  type OrderChange,
  type Own,
  type Placing,
  READS,
} from './model.ts'

export const SHOP: Definition<Known, Change, Own> = {
  id: 'shop',
  own: () => ({ basket: [] }),
  // From now on its lines are the order's, and no longer the basket's.
  takeOut: (own, change) =>
    change.kind === 'place' ? { ...own, basket: withoutLinesOf(own.basket, change) } : own,
  touches: (change) => (change.kind === 'place' ? READS : []),
  judge({ payload: known }, { payload: change }) {
    if (known.kind !== 'order' || known.order.id !== change.orderId) return null
    return change.kind === 'place' ? judgePlacing(known.order) : judgeChange(known.order, change)
  },
}

export const withoutLinesOf = (basket: BasketLine[], { request }: Placing): BasketLine[] =>
  adjustLines(
    basket,
    request.lines.map(({ sku, quantity }) => ({ sku, quantity: -quantity })),
  )

/** Of a failed order the holds are being released: from here on the reads tell, and are made anew. */
const judgePlacing = ({ status }: OrderView): 'accepted' | 'over' =>
  status === 'failed' || status === 'cancelled' ? 'over' : 'accepted'

function judgeChange(order: OrderView, change: OrderChange): 'over' | null {
  switch (change.kind) {
    case 'cancel':
      return order.status === 'cancelled' ? 'over' : null
    case 'return':
      return order.status === 'returned' ? 'over' : null
    default:
      return isAfter(order, change.after) && isAt(order, change.shipTo) ? 'over' : null
  }
}

const isAfter = (one: OrderVersion, other: OrderVersion): boolean =>
  isNewer([one.epoch, one.version], [other.epoch, other.version])

export const isAt = ({ shipTo }: OrderView, address: ShipTo): boolean =>
  shipTo !== undefined && isSameAddress(shipTo, address)
