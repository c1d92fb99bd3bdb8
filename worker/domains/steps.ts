/** What each step of the shop's sagas carries: the input of its command. */
import type { CustomerId } from '../../durable-objects/core/ids.ts'
import type { Money } from '../../durable-objects/core/money.ts'

type Line = { sku: string; quantity: number }

export type StepInputs = {
  'reserve-stock': { lines: Line[] }
  'commit-stock': { lines: Line[] }
  restock: { lines: Line[] }
  'redeem-coupon': { customer: CustomerId; coupon: string; subtotal: Money; discount: Money }
  'commit-coupon': { customer: CustomerId; coupon: string }
  'give-coupon-back': { customer: CustomerId; coupon: string }
  'freeze-points': { customer: CustomerId; points: number }
  'deduct-points': { customer: CustomerId; points: number }
  'give-points-back': { customer: CustomerId; points: number }
  'reserve-delivery': { region: string; day: string }
  'book-delivery': { region: string; day: string }
  'charge-card': { customer: CustomerId; amount: Money; token: string }
  'refund-card': { customer: CustomerId; amount: Money }
}
