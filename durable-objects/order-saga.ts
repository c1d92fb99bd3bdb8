/**
 * The Durable Object of one order: the platform's side of an order's process. Its name is the
 * order's id; the id is no authority, so whoever asks for an order says who they are.
 */
import { DurableObject } from 'cloudflare:workers'
import type { OrderVersion, ShipTo } from '../worker/api/contract.ts'
import type { OrderSagaBindings } from './bindings.ts'
import { BreakerDesk, boardOf } from './breaker-desk.ts'
import { clock } from './clock.ts'
import { CLOSE_NORMAL } from './close-codes.ts'
import { commandCalls, remind } from './command-calls.ts'
import { commandQueues } from './command-queues.ts'
import { type CustomerId, type SagaId, isOrderId } from './core/ids.ts'
import { type LeaseAnswer, type Reply, replySchema } from './core/messages.ts'
import { Journal } from './journal.ts'
import { crashSoon } from './crash.ts'
import { logError } from './log.ts'
import { remindersFor } from './order/reminders.ts'
import { OrderProcess } from './order-process.ts'
import { OrderRequests } from './order-requests.ts'
import { OutcomeWaits } from './outcome-waits.ts'
import type {
  ChangeResult,
  DeadCommand,
  Inspection,
  Intervention,
  InterventionResult,
  JournalHead,
  OrderRpc,
  PlaceResult,
  Placement,
  ReadResult,
  ReminderReport,
  Restoration,
  RestoreResult,
} from './order-rpc.ts'
import { SagaLogShipper } from './saga-log/shipper.ts'
import { definitionOf } from './sagas/registry.ts'
import { Sockets } from './sockets.ts'

const TICKET_MS = 60_000
const ALARM_RETRY_MS = 5_000

export class OrderSaga extends DurableObject<OrderSagaBindings> implements OrderRpc {
  readonly #journal: Journal
  readonly #sockets: Sockets
  readonly #outcomeWaits = new OutcomeWaits()
  readonly #process: OrderProcess
  readonly #requests: OrderRequests

  constructor(ctx: DurableObjectState, env: OrderSagaBindings) {
    super(ctx, env)
    this.#journal = new Journal(ctx.storage)
    this.#sockets = new Sockets(ctx)
    this.#process = new OrderProcess(
      {
        ...clock,
        journal: this.#journal,
        sendCommands: commandCalls(env, commandQueues(env), clock),
        sagaLog: new SagaLogShipper(env, this.#journal),
        breakers: new BreakerDesk(boardOf(env.BREAKERS), {
          breakers: env.BREAKERS,
          inBackground: (work) => ctx.waitUntil(work),
          nowMs: clock.nowMs,
        }),
        setAlarm: (atMs) => ctx.waitUntil(ctx.storage.setAlarm(atMs)),
        publish: (update) => {
          this.#sockets.broadcast(update)
          this.#outcomeWaits.notice(this.#process.order)
        },
        inBackground: (work) => ctx.waitUntil(work),
        jitter: () => Math.random(),
      },
      definitionOf,
    )
    this.#requests = new OrderRequests(this.#process, this.#journal, Number(env.SAGA_DEADLINE_MS))
  }

  async place(placement: Placement): Promise<PlaceResult> {
    return this.#requests.place(placement)
  }

  async read(customer: CustomerId): Promise<ReadResult> {
    return this.#requests.read(customer)
  }

  async readOutcome(customer: CustomerId, waitMs: number): Promise<ReadResult> {
    const order = this.#requests.ownedBy(customer)
    if (order) await this.#outcomeWaits.within(waitMs, order)
    return this.#requests.read(customer)
  }

  async readFollowed(): Promise<ReadResult> {
    return this.#requests.readFollowed()
  }

  async cancel(customer: CustomerId, ifVersion?: OrderVersion): Promise<ChangeResult> {
    return this.#requests.cancel(customer, ifVersion)
  }

  async requestReturn(customer: CustomerId, ifVersion?: OrderVersion): Promise<ChangeResult> {
    return this.#requests.requestReturn(customer, ifVersion)
  }

  async changeAddress(
    customer: CustomerId,
    shipTo: ShipTo,
    ifVersion: OrderVersion,
  ): Promise<ChangeResult> {
    return this.#requests.changeAddress(customer, shipTo, ifVersion)
  }

  async issueSocketTicket(customer: CustomerId): Promise<string | null> {
    if (!this.#requests.ownedBy(customer)) return null
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

  /** With a code of ours: what a client says may be none that can be sent back. */
  override async webSocketClose(socket: WebSocket): Promise<void> {
    socket.close(CLOSE_NORMAL)
  }

  async reply(reply: Reply): Promise<void> {
    this.#requests.reply(replySchema.parse(reply))
  }

  async commandDied(died: DeadCommand): Promise<void> {
    this.#requests.commandDied(died)
  }

  async poke(): Promise<void> {
    await this.#process.poke()
  }

  async journalHead(): Promise<JournalHead | null> {
    return this.#requests.journalHead()
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

  /** A hold that outlives its saga's deadline may mean that the alarm was lost: do its work. */
  async askAboutLease(sagaId: SagaId, step: string): Promise<LeaseAnswer> {
    this.ctx.waitUntil(this.alarm())
    return this.#requests.askAboutLease(sagaId, step)
  }

  async intervene(intervention: Intervention): Promise<InterventionResult> {
    return this.#requests.intervene(intervention)
  }

  async restore(restoration: Restoration): Promise<RestoreResult> {
    const { name = '' } = this.ctx.id
    return isOrderId(name) ? this.#requests.restore(name, restoration) : { kind: 'not-restorable' }
  }

  async remind(domain: string): Promise<ReminderReport | null> {
    const { order } = this.#process
    return order && remind(this.env, domain, remindersFor(order, domain))
  }

  async crash(customer: CustomerId): Promise<boolean> {
    if (process.env.NODE_ENV !== 'production') {
      if (!this.#requests.ownedBy(customer)) return false
      crashSoon(this.ctx, clock.after)
      return true
    }
    return false
  }

  async inspect(): Promise<Inspection | null> {
    return this.#requests.inspect()
  }
}
