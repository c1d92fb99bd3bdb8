/**
 * A payment provider, as the shop sees it.
 *
 * V1. At most one capture per key, whoever calls how often.
 * V2. A call may fail, or its answer be lost, after it took effect: `lookup` tells.
 * V3. `void` is decided at the provider, against a call on its way: after it answered `voided`, no
 *     call under that key can ever capture.
 */
import type { OrderId } from '../../../durable-objects/core/ids.ts'
import type { Money } from '../../../durable-objects/core/money.ts'

export type ChargeRequest = {
  /** The idempotency key. */
  key: string
  orderId: OrderId
  amount: Money
  token: string
}

export type RefundRequest = { key: string; chargeKey: string; amount: Money }

/** What became of a charge. `pending`: the provider has it and has not decided. */
export type ChargeState =
  | { status: 'captured'; reference: string }
  | { status: 'declined'; code: string }
  | { status: 'voided' }
  | { status: 'pending' }

export type RefundState =
  | { status: 'refunded'; reference: string }
  | { status: 'refused'; code: string }

/** A capture as the provider lists it: what it was told with the charge, and what came of it. */
export type Capture = {
  /** The idempotency key of its charge. */
  key: string
  amount: Money
  /** How much of it was given back, in the same currency. */
  refunded: number
  capturedAtMs: number
}

/** `next`: what to go on after; null when there is no more. */
export type CapturesPage = { items: Capture[]; next: string | null }

export type PaymentProvider = {
  /** Answers early, `pending` or by throwing, when the signal aborts. */
  charge(request: ChargeRequest, signal: AbortSignal): Promise<ChargeState>
  /** `absent`: no call under this key has arrived, though one may be on its way. */
  lookup(key: string): Promise<ChargeState | { status: 'absent' }>
  /** Makes a charge under this key impossible; where one is there already, tells what it is. */
  void(key: string): Promise<ChargeState>
  /** Never more than was captured, all refunds of a charge together. */
  refund(request: RefundRequest, signal: AbortSignal): Promise<RefundState>
  /** A page of what was captured, newest first. `after`: the `next` of another page, or null. */
  captures(after: string | null, limit: number): Promise<CapturesPage>
}
