/** What the pages show: the server's state with the operations on top that it does not contain. Pure. */
import type { Catalog, Me, OrderView } from '../../../../worker/api/contract.ts'
import { missingFrom } from '../optimistic/protocol.ts'
import { SHOP, withoutLinesOf } from './definition.ts'
import { draftOrder } from './draft-order.ts'
import {
  type BasketLine,
  type OrderChange,
  type Placing,
  type ReadName,
  type ShopEnded,
  type ShopOperation,
  type ShopState,
  knownOrder,
  placings,
} from './model.ts'

export type View = { me: Me | null; catalog: Catalog | null; basket: BasketLine[] }

/** An order as the page knows it: from the server, from this browser only, or not taken. */
export type ShownOrder =
  /** `pending`: changes on their way, already in `order` where they can be. */
  | { source: 'server'; order: OrderView; pending: OrderChange['kind'][] }
  | { source: 'page'; order: OrderView; stage: ShopOperation['stage'] }
  | { source: 'ended'; order: OrderView; placing: Placing; ended: ShopEnded }

export function viewOf(state: ShopState): View {
  const missing = (name: ReadName): Placing[] =>
    placings(missingFrom(SHOP, state, name)).map((it) => it.payload)
  const me = state.snapshots.me?.payload
  const catalog = state.snapshots.catalog?.payload
  return {
    me: me?.kind === 'me' ? missing('me').reduce(takeFromMe, me.me) : null,
    catalog:
      catalog?.kind === 'catalog'
        ? missing('catalog').reduce(takeFromCatalog, catalog.catalog)
        : null,
    basket: placings(state.durable.operations)
      .filter((it) => it.stage !== 'accepted')
      .map((it) => it.payload)
      .reduce(withoutLinesOf, state.durable.own.basket),
  }
}

function takeFromMe(me: Me, { request }: Placing): Me {
  const points = Math.min(request.points ?? 0, me.points.available)
  return {
    ...me,
    points: { available: me.points.available - points, frozen: me.points.frozen + points },
    coupons: me.coupons.filter((it) => it.code !== request.coupon),
  }
}

function takeFromCatalog(catalog: Catalog, { request }: Placing): Catalog {
  const quantities = new Map(request.lines.map(({ sku, quantity }) => [sku, quantity]))
  return {
    products: catalog.products.map((product) => {
      const taken = quantities.get(product.sku)
      if (taken === undefined || product.available === null) return product
      return { ...product, available: Math.max(0, product.available - taken) }
    }),
  }
}

export function shownOrder(state: ShopState, id: string): ShownOrder | null {
  const order = knownOrder(state, id)
  if (order) return withChanges(state, order)
  const placing = placings(state.durable.operations).find((it) => it.id === id)
  if (placing) return { source: 'page', order: draftOrder(placing), stage: placing.stage }
  const ended = state.durable.ended.find((it) => it.operation.id === id)
  const [operation] = ended ? placings([ended.operation]) : []
  if (!ended || !operation) return null
  return { source: 'ended', order: draftOrder(operation), placing: operation.payload, ended }
}

function withChanges(state: ShopState, order: OrderView): ShownOrder {
  const changes = state.durable.operations.flatMap(({ payload }) =>
    payload.kind !== 'place' && payload.orderId === order.id ? [payload] : [],
  )
  return {
    source: 'server',
    order: changes.reduce(
      (changed, change) =>
        change.kind === 'address' ? { ...changed, shipTo: change.shipTo } : changed,
      order,
    ),
    pending: changes.map((it) => it.kind),
  }
}
