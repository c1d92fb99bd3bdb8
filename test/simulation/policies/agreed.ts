/** What was agreed with a shopper: all orders are alike, but for a coupon and points. */
import { isCustomerId } from '../../../durable-objects/core/ids.ts'
import type { PlacedOrder } from '../../../durable-objects/order-rpc.ts'

const amount = (cents: number) => ({ amount: cents, currency: 'EUR' as const })

function agreed(hasCoupon: boolean, hasPoints: boolean): PlacedOrder {
  const customer = `cus_${'1'.padStart(32, '0')}`
  if (!isCustomerId(customer)) throw new Error(customer)
  return {
    customer,
    lines: [
      {
        sku: 'NOTE-DOT',
        title: 'Notebook',
        quantity: 1,
        unitPrice: amount(900),
        total: amount(900),
      },
    ],
    subtotal: amount(900),
    discount: amount(0),
    pointsDiscount: amount(0),
    shipping: amount(0),
    total: amount(900),
    delivery: { day: '2026-12-01', region: 'DE' },
    payment: { token: 'tok_visa' },
    ...(hasCoupon ? { coupon: 'WELCOME' } : {}),
    ...(hasPoints ? { points: 100 } : {}),
  }
}

export const ALL_AGREED = [
  agreed(false, false),
  agreed(true, false),
  agreed(false, true),
  agreed(true, true),
] as const

export function agreedOn(hasCoupon: boolean, hasPoints: boolean): PlacedOrder {
  if (hasPoints) return hasCoupon ? ALL_AGREED[3] : ALL_AGREED[2]
  return hasCoupon ? ALL_AGREED[1] : ALL_AGREED[0]
}
