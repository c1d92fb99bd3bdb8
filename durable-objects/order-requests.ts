/**
 * What may be asked of an order, by whom, and when it is refused. Synchronous throughout: between
 * reading the state and committing there is no await (P1).
 */
import type { OrderVersion, OrderView, ShipTo } from '../worker/api/contract.ts'
import { type CustomerId, type OrderId, type SagaId, sagaIdOf } from './core/ids.ts'
import type { LeaseAnswer, Reply } from './core/messages.ts'
import { refusalOf } from './core/refusals.ts'
import { isDecided, sagaStatus } from './core/saga-state.ts'
import type { OrderProcess } from './order-process.ts'
import type {
  ChangeResult,
  DeadCommand,
  Inspection,
  Intervention,
  InterventionResult,
  JournalHead,
  PlaceResult,
  Placement,
  ReadResult,
  Restoration,
  RestoreResult,
} from './order-rpc.ts'
import { leaseAnswer } from './order/lease.ts'
import { beginningOf } from './order/restoration.ts'
import { type OrderState, isReadable } from './order/state.ts'
import {
  RETURN,
  createSagaOf,
  isOrderCancellable,
  isReturnable,
  orderStatus,
  returnSagaOf,
} from './order/status.ts'
import { orderView } from './order/view.ts'
import { writeOffsOf } from './order/write-offs.ts'
import type { Ports } from './ports.ts'
import { ORDER_RETURN, withDeadline } from './sagas/registry.ts'

const NOT_SETTLED_RETRY_S = 2

export class OrderRequests {
  readonly #process: OrderProcess
  readonly #journal: Ports['journal']
  readonly #deadlineMs: number

  /** `deadlineMs`: of the sagas that new orders begin. */
  constructor(process: OrderProcess, journal: Ports['journal'], deadlineMs: number) {
    this.#process = process
    this.#journal = journal
    this.#deadlineMs = deadlineMs
  }

  place(placement: Placement): PlaceResult {
    const existing = this.#process.order
    if (existing) {
      this.#process.nudge()
      const isSame =
        existing.agreed.customer === placement.customer && existing.bodyHash === placement.bodyHash
      return isSame ? { kind: 'existing', order: this.#view(existing) } : { kind: 'other-body' }
    }
    const { decision, orderId, bodyHash, shipTo, traceparent } = placement
    if ('refusal' in decision) return { kind: 'refused', refusal: decision.refusal }
    const definition = this.#process.definitionOf(placement.definition)
    if (!definition) return { kind: 'version-unknown' }
    this.#journal.writeShipTo(shipTo)
    const order = this.#process.start(
      withDeadline(definition, this.#deadlineMs),
      orderId,
      { type: 'place', orderId, sagaId: sagaIdOf(orderId), order: decision.quote, traceparent },
      [{ type: 'order-placed', order: decision.quote, bodyHash }],
    )
    return { kind: 'placed', order: this.#view(order) }
  }

  read(customer: CustomerId): ReadResult {
    const order = this.ownedBy(customer)
    return order ? { kind: 'found', order: this.#view(order) } : { kind: 'not-found' }
  }

  readFollowed(): ReadResult {
    this.#process.nudge()
    const { order } = this.#process
    return order ? { kind: 'found', order: this.#view(order) } : { kind: 'not-found' }
  }

  cancel(customer: CustomerId, ifVersion?: OrderVersion): ChangeResult {
    const order = this.ownedBy(customer)
    if (!order) return { kind: 'not-found' }
    if (orderStatus(order) === 'cancelled') return { kind: 'accepted', order: this.#view(order) }
    if (isStale(order, ifVersion)) return { kind: 'stale', order: this.#view(order) }
    if (!isOrderCancellable(order)) {
      const code = orderStatus(order) === 'failed' ? 'already-failing' : 'too-late-to-cancel'
      return { kind: 'conflict', code, order: this.#view(order) }
    }
    const { sagaId } = createSagaOf(order)
    if (!this.#process.sagaOf(sagaId)) return { kind: 'version-unknown' }
    this.#process.handle(sagaId, { type: 'cancel' })
    return this.#accepted(order)
  }

  requestReturn(customer: CustomerId, ifVersion?: OrderVersion): ChangeResult {
    const order = this.ownedBy(customer)
    if (!order) return { kind: 'not-found' }
    if (returnSagaOf(order)) return { kind: 'accepted', order: this.#view(order) }
    if (isStale(order, ifVersion)) return { kind: 'stale', order: this.#view(order) }
    if (!isReadable(order) || !this.#process.definitionOf(ORDER_RETURN.ref)) {
      return { kind: 'version-unknown' }
    }
    if (!isReturnable(order)) return this.#notReturnable(order)
    const { orderId, agreed } = order
    const { traceparent } = createSagaOf(order)
    this.#process.start(ORDER_RETURN, orderId, {
      type: 'place',
      orderId,
      sagaId: sagaIdOf(orderId, RETURN),
      order: agreed,
      traceparent,
    })
    return this.#accepted(order)
  }

  changeAddress(customer: CustomerId, shipTo: ShipTo, ifVersion: OrderVersion): ChangeResult {
    const order = this.ownedBy(customer)
    if (!order) return { kind: 'not-found' }
    if (isStale(order, ifVersion)) return { kind: 'stale', order: this.#view(order) }
    if (!isReadable(order)) return { kind: 'version-unknown' }
    if (orderStatus(order) !== 'pending') {
      return { kind: 'conflict', code: 'address-fixed', order: this.#view(order) }
    }
    // A repeat is no change: it takes no row, and the version stays.
    if (isSameAddress(shipTo, this.#journal.shipTo())) return this.#accepted(order)
    if (shipTo.country !== order.agreed.delivery.region) {
      return { kind: 'conflict', code: 'other-region', order: this.#view(order) }
    }
    this.#journal.writeShipTo(shipTo)
    this.#process.record(order, createSagaOf(order).sagaId, { type: 'address-changed' })
    return this.#accepted(order)
  }

  /** Safe to repeat: a reply that no step waits for changes nothing (E6). */
  reply(reply: Reply): void {
    this.#process.handle(reply.sagaId, { type: 'reply-received', reply })
  }

  commandDied(died: DeadCommand): void {
    const { sagaId, step, direction, attempt } = died
    this.#process.handle(sagaId, { type: 'command-died', step, direction, attempt })
  }

  journalHead(): JournalHead | null {
    const { order } = this.#process
    return order && { epoch: order.epoch, version: order.version }
  }

  askAboutLease(sagaId: SagaId, step: string): LeaseAnswer {
    return leaseAnswer(this.#process.order, sagaId, step)
  }

  /** Safe to repeat: the second time finds nothing to do, and says so (E9). */
  intervene({ sagaId, ...intervention }: Intervention): InterventionResult {
    const { order } = this.#process
    const saga = this.#process.sagaOf(sagaId)
    if (!order || !saga) return { kind: 'not-found' }
    const code = refusalOf(saga, intervention)
    if (code !== null) return { kind: 'conflict', code, inspection: this.#inspectionOf(order) }
    this.#process.handle(sagaId, { type: 'operator', ...intervention })
    return { kind: 'done', inspection: this.#inspectionOf(this.#process.order ?? order) }
  }

  /** `orderId`: of the object, whatever the transitions say. */
  restore(orderId: OrderId, { transitions, epoch, by, reason }: Restoration): RestoreResult {
    const existing = this.#process.order
    if (existing) return { kind: 'not-lost', inspection: this.#inspectionOf(existing) }
    const beginning = beginningOf(orderId, transitions)
    if (!beginning) return { kind: 'not-restorable' }
    const order = this.#process.restore(orderId, beginning, { epoch, by, reason })
    return { kind: 'restored', inspection: this.#inspectionOf(order) }
  }

  inspect(): Inspection | null {
    const { order } = this.#process
    return order && this.#inspectionOf(order)
  }

  #inspectionOf(order: OrderState): Inspection {
    const transitions = this.#journal.after(0)
    return {
      order: orderView(order, null),
      customer: order.agreed.customer,
      epoch: order.epoch,
      transitions,
      writeOffs: writeOffsOf(order, transitions),
      sagas: [...order.sagas.values()].map((saga) => ({
        sagaId: saga.sagaId,
        definition: saga.definition.name,
        version: saga.definition.version,
        status: sagaStatus(saga),
      })),
    }
  }

  /** The order, if it is this customer's: nobody else learns that it exists. */
  ownedBy(customer: CustomerId): OrderState | null {
    this.#process.nudge()
    const { order } = this.#process
    return order?.agreed.customer === customer ? order : null
  }

  #view(order: OrderState): OrderView {
    return orderView(order, this.#journal.shipTo())
  }

  #accepted(before: OrderState): ChangeResult {
    return { kind: 'accepted', order: this.#view(this.#process.order ?? before) }
  }

  #notReturnable(order: OrderState): ChangeResult {
    const view = this.#view(order)
    return isDecided(createSagaOf(order))
      ? { kind: 'conflict', code: 'not_settled', order: view, retryAfterS: NOT_SETTLED_RETRY_S }
      : { kind: 'conflict', code: 'not-returnable', order: view }
  }
}

function isSameAddress(one: ShipTo, other: ShipTo | null): boolean {
  const fields = Object.entries(one)
  const others = new Map(Object.entries(other ?? {}))
  return fields.length === others.size && fields.every(([name, text]) => others.get(name) === text)
}

const isStale = (order: OrderState, ifVersion: OrderVersion | undefined): boolean =>
  ifVersion !== undefined &&
  (ifVersion.version !== order.version || ifVersion.epoch !== order.epoch)
