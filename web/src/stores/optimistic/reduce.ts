/** What the page shows: the server's state with the pending operations on top of it. Pure. */
import type { Catalog, Me, OrderView } from '../../../../worker/api/contract.ts'
import { adjustLines } from './basket-lines.ts'
import { draftOrder } from './draft-order.ts'
import type { BasketLine, Operation, Refusal, State } from './model.ts'

export type View = { me: Me | null; catalog: Catalog | null; basket: BasketLine[] }

/** An order as the page knows it: from the server, from this page only, or refused. */
export type ShownOrder =
  | { source: 'server'; order: OrderView }
  | { source: 'page'; order: OrderView; stage: Operation['stage'] }
  | { source: 'refused'; order: OrderView; refusal: Refusal }

export function reduce(state: State): View {
  const { server, local } = state
  const missing = (name: 'me' | 'catalog') =>
    local.operations.filter((it) => it.missingFrom.includes(name))
  return {
    me: server.me && missing('me').reduce(takeFromMe, server.me),
    catalog: server.catalog && missing('catalog').reduce(takeFromCatalog, server.catalog),
    basket: local.operations
      .filter((it) => it.stage !== 'accepted')
      .reduce(takeFromBasket, local.basket),
  }
}

function takeFromMe(me: Me, { request }: Operation): Me {
  const points = Math.min(request.points ?? 0, me.points.available)
  return {
    ...me,
    points: { available: me.points.available - points, frozen: me.points.frozen + points },
    coupons: me.coupons.filter((it) => it.code !== request.coupon),
  }
}

function takeFromCatalog(catalog: Catalog, { request }: Operation): Catalog {
  const quantities = new Map(request.lines.map(({ sku, quantity }) => [sku, quantity]))
  return {
    products: catalog.products.map((product) => {
      const taken = quantities.get(product.sku)
      if (taken === undefined || product.available === null) return product
      return { ...product, available: Math.max(0, product.available - taken) }
    }),
  }
}

const takeFromBasket = (basket: BasketLine[], { request }: Operation): BasketLine[] =>
  adjustLines(
    basket,
    request.lines.map(({ sku, quantity }) => ({ sku, quantity: -quantity })),
  )

export function showOrder(state: State, id: string): ShownOrder | null {
  const order = state.server.orders[id]
  if (order) return { source: 'server', order }
  const operation = state.local.operations.find((it) => it.orderId === id)
  if (operation) return { source: 'page', order: draftOrder(operation), stage: operation.stage }
  const refusal = state.local.refusals.find((it) => it.orderId === id)
  if (!refusal) return null
  return { source: 'refused', order: draftOrder({ ...refusal, placedAt: refusal.at }), refusal }
}
