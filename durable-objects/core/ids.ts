/** Identifiers, branded so that one cannot be passed for another. Parsed once, at the edge. */

declare const brand: unique symbol
type Branded<Value, Name extends string> = Value & { readonly [brand]: Name }

/** `ord_` and 32 hex digits, derived from the customer and the idempotency key. */
export type OrderId = Branded<string, 'OrderId'>
/** An order's first saga bears the order's id, a later one a suffix: `ord_…:return`. */
export type SagaId = Branded<string, 'SagaId'>
/** `cus_` and 32 hex digits. */
export type CustomerId = Branded<string, 'CustomerId'>

const ORDER_ID = /^ord_[0-9a-f]{32}$/
const SAGA_ID = /^ord_[0-9a-f]{32}(:[a-z][a-z-]{0,30})?$/
const CUSTOMER_ID = /^cus_[0-9a-f]{32}$/

export const isOrderId = (value: string): value is OrderId => ORDER_ID.test(value)
export const isSagaId = (value: string): value is SagaId => SAGA_ID.test(value)
export const isCustomerId = (value: string): value is CustomerId => CUSTOMER_ID.test(value)

/** The saga of an order that bears `suffix`, or the order's first saga. */
export function sagaIdOf(orderId: OrderId, suffix?: string): SagaId {
  const id = suffix === undefined ? orderId : `${orderId}:${suffix}`
  if (!isSagaId(id)) throw new RangeError(`not a saga id: ${id}`)
  return id
}

/** The order that a saga belongs to. */
export function orderIdOf(sagaId: SagaId): OrderId {
  const id = sagaId.split(':', 1)[0] ?? ''
  if (!isOrderId(id)) throw new RangeError(`not a saga id: ${sagaId}`)
  return id
}
