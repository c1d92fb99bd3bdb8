/**
 * The Durable Object of one order: the platform's side of an order's process. Its name is the
 * order's id; the id is no authority, so whoever asks for an order says who they are.
 */
import { DurableObject } from 'cloudflare:workers'
import type { OrderView, ShipTo } from '../worker/api/contract.ts'
import type { OrderSagaBindings } from './bindings.ts'
import { commandQueues } from './command-queues.ts'
import { type CustomerId, sagaIdOf } from './core/ids.ts'
import { type Reply, replySchema } from './core/messages.ts'
import { isDecided, sagaStatus } from './core/saga-state.ts'
import { Journal } from './journal.ts'
import { logError } from './log.ts'
import { OrderProcess } from './order-process.ts'
import type {
  ChangeResult,
  Inspection,
  OrderRpc,
  PlaceResult,
  Placement,
  ReadResult,
} from './order-rpc.ts'
import type { OrderState } from './order/state.ts'
import {
  RETURN,
  createSagaOf,
  isOrderCancellable,
  isReturnable,
  orderStatus,
  returnSagaOf,
} from './order/status.ts'
import { orderView } from './order/view.ts'
import { SagaLogShipper } from './saga-log/shipper.ts'
import { ORDER_CREATE, ORDER_RETURN, definitionOf, withDeadline } from './sagas/registry.ts'
import { Sockets } from './sockets.ts'

const TICKET_MS = 60_000
const ALARM_RETRY_MS = 5_000
const NOT_SETTLED_RETRY_S = 2

export class OrderSaga extends DurableObject<OrderSagaBindings> implements OrderRpc {
  readonly #journal: Journal
  readonly #sockets: Sockets
  readonly #process: OrderProcess

  constructor(ctx: DurableObjectState, env: OrderSagaBindings) {
    super(ctx, env)
    this.#journal = new Journal(ctx.storage.sql)
    this.#sockets = new Sockets(ctx)
    this.#process = new OrderProcess(
      {
        journal: this.#journal,
        sendCommands: commandQueues(env),
        sagaLog: new SagaLogShipper(env, this.#journal),
        setAlarm: (atMs) => ctx.waitUntil(ctx.storage.setAlarm(atMs)),
        publish: (update) => this.#sockets.broadcast(update),
        inBackground: (work) => ctx.waitUntil(work),
        nowMs: () => Date.now(),
        jitter: () => Math.random(),
      },
      definitionOf,
    )
  }

  async place(placement: Placement): Promise<PlaceResult> {
    const existing = this.#process.order
    if (existing) {
      const isSame =
        existing.agreed.customer === placement.customer && existing.bodyHash === placement.bodyHash
      return isSame ? { kind: 'existing', order: this.#view(existing) } : { kind: 'other-body' }
    }
    const { decision, orderId, bodyHash, shipTo, traceparent } = placement
    if ('refusal' in decision) return { kind: 'refused', refusal: decision.refusal }
    this.#journal.writeShipTo(shipTo)
    const order = this.#process.start(
      withDeadline(ORDER_CREATE, Number(this.env.SAGA_DEADLINE_MS)),
      orderId,
      { type: 'place', orderId, sagaId: sagaIdOf(orderId), order: decision.quote, traceparent },
      [{ type: 'order-placed', order: decision.quote, bodyHash }],
    )
    return { kind: 'placed', order: this.#view(order) }
  }

  async read(customer: CustomerId): Promise<ReadResult> {
    const order = this.#ownedBy(customer)
    return order ? { kind: 'found', order: this.#view(order) } : { kind: 'not-found' }
  }

  async cancel(customer: CustomerId, ifVersion?: number): Promise<ChangeResult> {
    const order = this.#ownedBy(customer)
    if (!order) return { kind: 'not-found' }
    if (orderStatus(order) === 'cancelled') return { kind: 'accepted', order: this.#view(order) }
    if (isStale(order, ifVersion)) return { kind: 'stale', order: this.#view(order) }
    if (!isOrderCancellable(order)) {
      const code = orderStatus(order) === 'failed' ? 'already-failing' : 'too-late-to-cancel'
      return { kind: 'conflict', code, order: this.#view(order) }
    }
    this.#process.handle(createSagaOf(order).sagaId, { type: 'cancel' })
    return this.#accepted(order)
  }

  async requestReturn(customer: CustomerId, ifVersion?: number): Promise<ChangeResult> {
    const order = this.#ownedBy(customer)
    if (!order) return { kind: 'not-found' }
    if (returnSagaOf(order)) return { kind: 'accepted', order: this.#view(order) }
    if (isStale(order, ifVersion)) return { kind: 'stale', order: this.#view(order) }
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

  async changeAddress(
    customer: CustomerId,
    shipTo: ShipTo,
    ifVersion: number,
  ): Promise<ChangeResult> {
    const order = this.#ownedBy(customer)
    if (!order) return { kind: 'not-found' }
    if (isStale(order, ifVersion)) return { kind: 'stale', order: this.#view(order) }
    if (orderStatus(order) !== 'pending') {
      return { kind: 'conflict', code: 'address-fixed', order: this.#view(order) }
    }
    if (shipTo.country !== order.agreed.delivery.region) {
      return { kind: 'conflict', code: 'other-region', order: this.#view(order) }
    }
    this.#journal.writeShipTo(shipTo)
    this.#process.record(order, createSagaOf(order).sagaId, { type: 'address-changed' })
    return this.#accepted(order)
  }

  async issueSocketTicket(customer: CustomerId): Promise<string | null> {
    if (!this.#ownedBy(customer)) return null
    const ticket = crypto.randomUUID()
    const nowMs = Date.now()
    this.#journal.addTicket(ticket, nowMs + TICKET_MS, nowMs)
    return ticket
  }

  /** Opens the socket for whoever holds a ticket: 101, or 403. */
  override async fetch(request: Request): Promise<Response> {
    const ticket = new URL(request.url).searchParams.get('ticket') ?? ''
    const { order } = this.#process
    if (!order || !this.#journal.takeTicket(ticket, Date.now())) {
      return new Response(null, { status: 403 })
    }
    return this.#sockets.accept(this.#process.snapshot(order))
  }

  override async webSocketMessage(socket: WebSocket, said: string | ArrayBuffer): Promise<void> {
    const { order } = this.#process
    if (order) this.#sockets.resume(socket, said, this.#process.snapshot(order))
  }

  override async webSocketClose(socket: WebSocket, code: number): Promise<void> {
    // 1005 and 1006 say that no code was sent; they may not be sent back.
    socket.close(code === 1005 || code === 1006 ? 1000 : code)
  }

  /** Safe to repeat: a reply that no step waits for changes nothing (E6). */
  async reply(reply: Reply): Promise<void> {
    const { sagaId } = replySchema.parse(reply)
    this.#process.handle(sagaId, { type: 'reply-received', reply })
  }

  async commandDied(died: Parameters<OrderRpc['commandDied']>[0]): Promise<void> {
    const { sagaId, step, direction, attempt } = died
    this.#process.handle(sagaId, { type: 'command-died', step, direction, attempt })
  }

  async poke(): Promise<void> {
    await this.#process.wake()
  }

  /** It may fire twice: what is not due is left alone. It never gives up: it comes back. */
  override async alarm(): Promise<void> {
    try {
      await this.#process.wake()
    } catch (error) {
      logError('alarm-failed', { orderId: this.#process.order?.orderId }, error)
      await this.ctx.storage.setAlarm(Date.now() + ALARM_RETRY_MS)
    }
  }

  async inspect(): Promise<Inspection | null> {
    const { order } = this.#process
    if (!order) return null
    return {
      order: orderView(order, null),
      customer: order.agreed.customer,
      transitions: this.#journal.after(0),
      sagas: [...order.sagas.values()].map((saga) => ({
        sagaId: saga.sagaId,
        definition: saga.definition.name,
        version: saga.definition.version,
        status: sagaStatus(saga),
      })),
    }
  }

  #ownedBy(customer: CustomerId): OrderState | null {
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

const isStale = (order: OrderState, ifVersion: number | undefined): boolean =>
  ifVersion !== undefined && ifVersion !== order.version
