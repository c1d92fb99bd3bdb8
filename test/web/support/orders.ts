/** Small, whole objects of the contract, for tests that care about a few of their fields. */
import {
  type CustomerId,
  type OrderId,
  isCustomerId,
  isOrderId,
} from '../../../durable-objects/core/ids.ts'
import type { OrderView, StepView } from '../../../worker/api/contract.ts'
import { draftOrder } from '../../../web/src/stores/shop-state/draft-order.ts'
import type {
  BasketLine,
  Placing,
  ShopOperation,
} from '../../../web/src/stores/shop-state/model.ts'

export const money = (amount: number) => ({ amount, currency: 'USD' })

export function customerId(): CustomerId {
  const id = `cus_${'a'.repeat(32)}`
  if (!isCustomerId(id)) throw new TypeError(id)
  return id
}

export function orderId(number: number): OrderId {
  const id = `ord_${number.toString(16).padStart(32, '0')}`
  if (!isOrderId(id)) throw new TypeError(id)
  return id
}

export type Wish = { id: OrderId; lines: BasketLine[]; points?: number; coupon?: string }

export type PlacingOperation = ShopOperation & { payload: Placing }

export const PLACED_AT = '2026-11-23T10:00:00.000Z'

export function placing({ id, lines, points, coupon }: Wish): Placing {
  const priced = lines.map((line) => ({
    ...line,
    title: line.sku,
    unitPrice: money(1_000),
    total: money(1_000 * line.quantity),
  }))
  const subtotal = money(priced.reduce((sum, line) => sum + line.total.amount, 0))
  return {
    kind: 'place',
    orderId: id,
    idempotencyKey: `key-${id}`,
    customer: customerId(),
    request: {
      lines,
      ...(points !== undefined && { points }),
      ...(coupon !== undefined && { coupon }),
      delivery: { day: '2026-12-01' },
      shipTo: { name: 'Ada', line1: '1 Way', city: 'London', postalCode: 'W1', country: 'GB' },
      payment: { token: 'tok_visa' },
    },
    prices: {
      lines: priced,
      subtotal,
      discount: money(0),
      pointsDiscount: money(points ?? 0),
      shipping: money(0),
      total: subtotal,
    },
  }
}

export const operation = (wish: Wish): PlacingOperation => ({
  id: wish.id,
  payload: placing(wish),
  at: PLACED_AT,
  stage: 'waiting',
})

/** The server's order, every step of the forward phase in one status. */
export function serverOrder(
  wish: Wish,
  change: Partial<OrderView> & { holds?: StepView['status'] } = {},
): OrderView {
  const { holds = 'waiting', ...order } = change
  const draft = draftOrder({ payload: placing(wish), at: PLACED_AT })
  return {
    ...draft,
    version: 1,
    epoch: 1,
    steps: draft.steps.map((step) =>
      step.kind === 'compensatable' ? { ...step, status: holds, attempt: 1 } : step,
    ),
    ...order,
  }
}
