/**
 * What an order's object can be asked, by whom, and what it answers. Expected refusals are
 * values. Every call may be repeated: the object recognises what it has done already.
 */
import type { OrderVersion, OrderView, ShipTo } from '../worker/api/contract.ts'
import type { CustomerId, OrderId, SagaId } from './core/ids.ts'
import type { Command, DefinitionRef, Direction, LeaseAnswer, Reply } from './core/messages.ts'
import type { Intervention as SagaIntervention, Operator, Transition } from './core/events.ts'
import type { Money } from './core/money.ts'
import type { InterventionConflict } from './core/refusals.ts'

export type { InterventionConflict, Operator }

/** What was agreed when the order was placed. It goes to the journal: nothing personal in it. */
export type PlacedOrder = {
  customer: CustomerId
  lines: { sku: string; title: string; quantity: number; unitPrice: Money; total: Money }[]
  subtotal: Money
  discount: Money
  pointsDiscount: Money
  shipping: Money
  total: Money
  coupon?: string
  points?: number
  delivery: { day: string; region: string }
  payment: { token: string }
}

/** Why an order cannot be placed. The API turns it into a problem of this code and status. */
export type Refusal = {
  status: 409 | 422 | 503
  code: string
  detail?: string
  errors?: { field: string; message: string }[]
  /** Which one is out of order, and after how many seconds it may be asked again. */
  service?: string
  retryAfterS?: number
}

export type Placement = {
  orderId: OrderId
  customer: CustomerId
  /** SHA-256 of the parsed body, hex: a repeat of the key must bring the same. */
  bodyHash: string
  shipTo: ShipTo
  traceparent: string
  /** What the order begins on, if it does. */
  definition: DefinitionRef
  /** An existing order wins before this is looked at. */
  decision: { quote: PlacedOrder } | { refusal: Refusal }
}

export type PlaceResult =
  | { kind: 'placed'; order: OrderView }
  | { kind: 'existing'; order: OrderView }
  | { kind: 'other-body' }
  | { kind: 'refused'; refusal: Refusal }
  /** The object's code is older than the caller's: nothing was begun. */
  | { kind: 'version-unknown' }

/** `not-found` also stands for an order of somebody else: nobody learns that it exists. */
export type ReadResult = { kind: 'found'; order: OrderView } | { kind: 'not-found' }

export type ChangeResult =
  | { kind: 'accepted'; order: OrderView }
  | { kind: 'not-found' }
  /** The caller's version is not the current one. */
  | { kind: 'stale'; order: OrderView }
  /** The order's state does not allow it; `code` says why. */
  | { kind: 'conflict'; code: string; order: OrderView; retryAfterS?: number }
  /** The object's code is older than its journal: nothing was changed. */
  | { kind: 'version-unknown' }

/** An operator's word, about one saga. What each does, and when it is refused, says core/refusals.ts. */
export type Intervention = Operator & { sagaId: SagaId } & SagaIntervention

export type InterventionResult =
  | { kind: 'done'; inspection: Inspection }
  /** There is no such saga, or none that this version of the code can go on with. */
  | { kind: 'not-found' }
  /** Nothing was changed. */
  | { kind: 'conflict'; code: InterventionConflict; inspection: Inspection }

/**
 * An order's log, as D1 has it: from the first transition, without gaps. `epoch`: of the journal that
 * goes on from there; no journal of this order had it before.
 */
export type Restoration = Operator & { transitions: Transition[]; epoch: number }

export type RestoreResult =
  | { kind: 'restored'; inspection: Inspection }
  /** The object has a journal of its own, which is the truth: nothing was changed. */
  | { kind: 'not-lost'; inspection: Inspection }
  /** These transitions are not the beginning of an order. */
  | { kind: 'not-restorable' }

/** A compensation, or an action beyond the pivot, that an operator has given up. */
export type WriteOff = Operator & {
  sagaId: SagaId
  step: string
  domain: string
  direction: Direction
  atMs: number
}

/** Of one domain, which has forgotten what it did. */
export type ReminderReport = {
  /** Commands that it has carried out by now, whether it had forgotten them or not. */
  done: number
  /** What it will not do again; what builds on that, it may refuse as well. */
  refused: { sagaId: SagaId; step: string; direction: Direction; code: string }[]
  /** It did not answer, or this code cannot read the journal: the rest was not asked for. */
  isCutShort: boolean
}

/** What identifies an attempt that ran out of deliveries. */
export type DeadCommand = Pick<Command, 'sagaId' | 'step' | 'direction' | 'attempt'>

/** A journal's last transition; `epoch`: raised by each restoration. */
export type JournalHead = { epoch: number; version: number }

/** It also answers `fetch` for `…/socket?ticket=`: 101, or 403 when the ticket is not good. */
export interface OrderRpc {
  place(placement: Placement): Promise<PlaceResult>
  read(customer: CustomerId): Promise<ReadResult>
  /** The same, when the order is confirmed or at rest; after `waitMs` at the latest. */
  readOutcome(customer: CustomerId, waitMs: number): Promise<ReadResult>
  /** For whoever has the order's follow key: whether it is one, the API has looked at. */
  readFollowed(): Promise<ReadResult>
  cancel(customer: CustomerId, ifVersion?: OrderVersion): Promise<ChangeResult>
  requestReturn(customer: CustomerId, ifVersion?: OrderVersion): Promise<ChangeResult>
  changeAddress(
    customer: CustomerId,
    shipTo: ShipTo,
    ifVersion: OrderVersion,
  ): Promise<ChangeResult>
  /** A ticket for one socket, good once and for 60 s; null when the order is not the caller's. */
  issueSocketTicket(customer: CustomerId): Promise<string | null>
  /** From a domain. */
  reply(reply: Reply): Promise<void>
  /** From the dead-letter consumer: this command ran out of deliveries. */
  commandDied(died: DeadCommand): Promise<void>
  /** From the sweep: look at the clock, and at D1's copy of the log even if it was complete. */
  poke(): Promise<void>
  /** From the sweep: how far its journal goes. Null: it has none. */
  journalHead(): Promise<JournalHead | null>
  /** From a domain: is this step's hold still of use? It also wakes a saga that was forgotten. */
  askAboutLease(sagaId: SagaId, step: string): Promise<LeaseAnswer>
  /** From operators. */
  intervene(intervention: Intervention): Promise<InterventionResult>
  /** From operators: the object has lost its storage. */
  restore(restoration: Restoration): Promise<RestoreResult>
  /** From operators: tells a domain again what it has done for this order. Null: it has no journal. */
  remind(domain: string): Promise<ReminderReport | null>
  /** Development only: dies once it has answered, with all that is in memory; false in a production bundle. */
  crash(customer: CustomerId): Promise<boolean>
  /** For operators and the audit. */
  inspect(): Promise<Inspection | null>
}

export type Inspection = {
  order: OrderView
  customer: CustomerId
  /** Raised by each restoration. */
  epoch: number
  transitions: Transition[]
  writeOffs: WriteOff[]
  /** Per saga: its status as the engine sees it. */
  sagas: { sagaId: string; definition: string; version: number; status: string }[]
}
