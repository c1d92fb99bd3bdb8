/**
 * What the main Worker may ask a domain directly, over a service binding. Nothing of a saga changes
 * here: its commands come by call or queue, through the barrier.
 */
import type { CustomerId, OrderId } from '../../durable-objects/core/ids.ts'
import type { Direction } from '../../durable-objects/core/messages.ts'
import type { Money } from '../../durable-objects/core/money.ts'

/** The domains, by name. */
export const DOMAINS = ['inventory', 'coupons', 'points', 'logistics', 'payments'] as const
export type Domain = (typeof DOMAINS)[number]
export const isDomain = (name: string): name is Domain => DOMAINS.some((it) => it === name)

/** What wrangler.toml names a domain's bindings after: its Worker is `POINTS`, its queue `POINTS_COMMANDS`. */
export const BINDING_OF = {
  inventory: 'INVENTORY',
  coupons: 'COUPONS',
  points: 'POINTS',
  logistics: 'LOGISTICS',
  payments: 'PAYMENTS',
} as const satisfies { [Name in Domain]: Uppercase<Name> }

/** A conservation law of a domain that does not hold. */
export type Violation = { domain: string; law: string; subject: string; detail: string }

/** `held`: neither final nor released yet; `returned`: it was final. */
export const HOLD_STATES = ['held', 'final', 'released', 'returned'] as const
export type HoldState = (typeof HOLD_STATES)[number]

/** What an order has held at a domain. */
export type Hold = { orderId: OrderId; state: HoldState }

/**
 * What came of asking orders about holds that they have had for longer than they meant to. For the
 * payments: about money that they do not know; released is refunded.
 */
export type LeaseReport = {
  asked: number
  /** Still held, though the order answered. */
  kept: number
  released: number
  /** Still held, because the order did not answer. */
  unanswered: number
}

export const NOTHING_ASKED: LeaseReport = { asked: 0, kept: 0, released: 0, unanswered: 0 }

export const sumOfReports = (a: LeaseReport, b: LeaseReport): LeaseReport => ({
  asked: a.asked + b.asked,
  kept: a.kept + b.kept,
  released: a.released + b.released,
  unanswered: a.unanswered + b.unanswered,
})

/** One page, in the order of order ids; `next` is the order id to go on after. */
export type Page<Item> = { items: Item[]; next: OrderId | null }

/** What every domain answers, for the audit and, in development, for fault injection. */
export interface DomainReads {
  /** The domain's own conservation laws, read at one instant. */
  violations(): Promise<Violation[]>
  holds(after: OrderId | null, limit: number): Promise<Page<Hold>>
  /**
   * For the sweep: asks about holds whose lease has ended, oldest first; the payments, about captures
   * that they do not know. Bounded in time.
   */
  askAboutLeases(limit: number): Promise<LeaseReport>
  /** Orders whose first saga has sent this domain a command, whatever became of it. */
  orderIds(after: OrderId | null, limit: number): Promise<Page<{ orderId: OrderId }>>
  /** Development only; answers false in a production bundle. */
  setFaults(faults: Faults): Promise<boolean>
}

export interface InventoryReads extends DomainReads {
  /** Units that can be bought now, of the SKUs asked for; unknown SKUs are left out. */
  availability(skus: string[]): Promise<{ sku: string; available: number }[]>
}

export type CouponOffer = {
  code: string
  /** Exactly one of the two is above zero. */
  percentOff: number
  amountOff: Money
  minimumSubtotal: Money
  expiresAt: string
}

export type CouponCheck = { ok: true; discount: Money } | { ok: false; code: CouponRejection }

export type CouponRejection =
  | 'coupon-unknown'
  | 'coupon-expired'
  | 'coupon-used-up'
  | 'coupon-already-used'
  | 'coupon-minimum-not-met'
  | 'coupon-other-currency'

export interface CouponsReads extends DomainReads {
  /** Coupons that this customer could still redeem. */
  offers(customer: CustomerId): Promise<CouponOffer[]>
  check(customer: CustomerId, coupon: string, subtotal: Money): Promise<CouponCheck>
}

export interface PointsReads extends DomainReads {
  /** Opens the account with the welcome gift if there is none. Repeating it changes nothing. */
  openAccount(customer: CustomerId): Promise<void>
  balance(customer: CustomerId): Promise<{ available: number; frozen: number }>
}

export interface LogisticsReads extends DomainReads {
  /** The coming days, `YYYY-MM-DD`, with what each can still take; empty where we do not deliver. */
  days(region: string): Promise<{ day: string; available: number }[]>
}

/** What became of an order's money, all in the order's currency. */
export type PaymentRecord = {
  orderId: OrderId
  /** How many captures the provider knows: one at most. */
  captures: number
  captured: number
  refunded: number
  currency: string
}

export interface PaymentsReads extends DomainReads {
  /** What the provider's own ledger says, in the order of order ids. */
  payments(after: OrderId | null, limit: number): Promise<Page<PaymentRecord>>
}

/** By domain; one that is asked nothing of its own has `DomainReads`. */
type ReadsOf = {
  inventory: InventoryReads
  coupons: CouponsReads
  points: PointsReads
  logistics: LogisticsReads
  payments: PaymentsReads
}

/** Typed by what may be asked, not by the classes that answer: the domains stay strangers. */
export type DomainBindings = { [Name in Domain as Uppercase<Name>]: ReadsOf[Name] }

export const readsOf = (env: DomainBindings, domain: Domain): DomainReads => env[BINDING_OF[domain]]

/** Faults that a domain commits on purpose, in development. Rates are from 0 to 1. */
export type Faults = {
  /** How long to wait before a command is handled, in milliseconds. */
  latencyMs: number
  transientRate: number
  /** Of actions; with `only.direction: 'compensation'` of compensations. Never of a retriable step. */
  rejectRate: number
  /** The effect is committed, the reply is lost. */
  dropReplyRate: number
  /** The command is handled twice, and answered twice. */
  duplicateRate: number
  /** What a rejected command is told; `fault-injected` if nothing else. */
  rejectCode?: string
  /** `version`: of the definition. */
  only?: { step?: string; direction?: Direction; sagaId?: string; version?: number }
}

export const NO_FAULTS: Faults = {
  latencyMs: 0,
  transientRate: 0,
  rejectRate: 0,
  dropReplyRate: 0,
  duplicateRate: 0,
}
