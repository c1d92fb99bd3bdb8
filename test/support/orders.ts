/** Orders and addresses for tests. */
import type { OrderRequest, OrderView } from '../../worker/api/contract.ts'
import type { Customer } from '../../scripts/client/customer.ts'
import { until } from '../../scripts/client/until.ts'

export { until }

export const ADDRESS = {
  name: 'Grace Hopper',
  line1: '1 Navy Yard',
  city: 'Arlington',
  region: 'VA',
  postalCode: '22202',
  country: 'US',
} as const satisfies OrderRequest['shipTo']

export const TOKYO = {
  name: 'Ada Lovelace',
  line1: '1-1 Chiyoda',
  city: 'Chiyoda-ku',
  region: 'Tokyo',
  postalCode: '100-0001',
  country: 'JP',
} as const satisfies OrderRequest['shipTo']

/** In stock by the hundred, so that tests do not get in each other's way. */
export const PLENTIFUL = 'NOTE-DOT'

export function orderOf(changes: Partial<OrderRequest> = {}): OrderRequest {
  return {
    lines: [{ sku: PLENTIFUL, quantity: 1 }],
    shipTo: ADDRESS,
    payment: { token: 'tok_visa' },
    ...changes,
  }
}

export function untilSettled(
  customer: Customer,
  orderId: string,
  withinMs = 60_000,
): Promise<OrderView> {
  return until(
    async () => {
      const order = await customer.read(orderId)
      return order.settled ? order : null
    },
    { withinMs, what: `${orderId} is settled` },
  )
}
