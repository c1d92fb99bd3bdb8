import type { OrderId } from '../../../durable-objects/core/ids.ts'
import { ORDER_CREATE } from '../../../durable-objects/sagas/registry.ts'
import type { ShipTo } from '../../../worker/api/contract.ts'
import { AGREED, OrderDouble, customerOfNumber } from './doubles.ts'

const HOME: ShipTo = {
  name: 'Bob',
  line1: '2 Road',
  city: 'Town',
  postalCode: '12345',
  country: 'US',
}

/** The double of an order that customer 1 has placed. */
export async function placedOrder(
  orderId: OrderId,
  { shipTo = HOME, quote = AGREED } = {},
): Promise<OrderDouble> {
  const order = new OrderDouble(orderId)
  await order.place({
    orderId,
    customer: customerOfNumber(1),
    bodyHash: 'hash',
    shipTo,
    traceparent: '',
    definition: ORDER_CREATE.ref,
    decision: { quote },
  })
  return order
}
