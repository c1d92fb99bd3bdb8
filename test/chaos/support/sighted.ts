/** Orders as a client sees them, and purchases as the chaos run keeps them. */
import type { OrderView, StepView } from '../../../worker/api/contract.ts'
import type { Purchase } from '../../../scripts/chaos/purchase.ts'
import type { Unrest } from '../../../scripts/chaos/sightings.ts'
import { ADDRESS, orderOf } from '../../support/orders.ts'

const usd = (amount: number) => ({ amount, currency: 'USD' })
const isoOf = (atMs: number): string => new Date(atMs).toISOString()

/** One notebook for a customer in the US, placed at 1,000 ms. */
export function sighted(changes: Partial<OrderView> = {}): OrderView {
  const line = { sku: 'NOTE-DOT', quantity: 1, title: 'Notebook' }
  return {
    id: 'ord_1',
    sagaId: 'ord_1',
    status: 'pending',
    settled: false,
    version: 3,
    epoch: 1,
    placedAt: isoOf(1_000),
    lines: [{ ...line, unitPrice: usd(600), total: usd(600) }],
    subtotal: usd(600),
    discount: usd(0),
    pointsDiscount: usd(0),
    shipping: usd(0),
    total: usd(600),
    delivery: { day: '2026-12-01', region: 'US' },
    shipTo: ADDRESS,
    payment: { token: 'tok_visa' },
    steps: [],
    cancellable: false,
    returnable: false,
    ...changes,
  }
}

export const stepFrom = (startedAtMs: number, endedAtMs: number): StepView => ({
  name: 'charge-card',
  domain: 'payments',
  kind: 'pivot',
  status: 'succeeded',
  attempt: 1,
  startedAt: isoOf(startedAtMs),
  endedAt: isoOf(endedAtMs),
})

/** Of an order that was confirmed, and moved as `unrest` says. */
export function purchased(unrest: Unrest[], changes: Partial<OrderView> = {}): Purchase {
  const order = sighted({
    status: 'confirmed',
    settled: true,
    steps: [stepFrom(1_000, 2_000)],
    ...changes,
  })
  return {
    errand: { kind: 'good', key: 'chaos-0', order: orderOf() },
    state: { kind: 'placed', token: 'a token', order, unrest },
    wasParked: false,
    isLost: false,
    wrongs: [],
  }
}
