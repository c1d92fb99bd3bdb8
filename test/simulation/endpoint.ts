/** An endpoint of webhooks, which fails as endpoints do, and production's way to it. */
import type { OrderState } from '../../durable-objects/order/state.ts'
import { orderStatus } from '../../durable-objects/order/status.ts'
import { consumeDeliveries } from '../../worker/webhooks/consumer.ts'
import type { Answer } from '../../worker/webhooks/deliver.ts'
import { sendDue } from '../../worker/webhooks/due.ts'
import { EVENT_TYPES } from '../../worker/webhooks/events.ts'
import type { Claim, DeliveryMessage } from '../../worker/webhooks/message.ts'
import { type Caller, workerCall } from './caller.ts'
import { databaseOf, dies } from './calls.ts'
import type { Database } from './database.ts'
import { DRAW } from './draws.ts'
import { partNumber } from './parts.ts'
import { SimulatedQueue } from './queue.ts'
import { standIn } from './stand-in.ts'
import type { World } from './world.ts'

const WEBHOOKS = partNumber('webhooks')
const SWEEP = partNumber('sweep')
const MAX_RETRIES = 3
const PATIENCE_MS = 10_000
const TAKEN: Answer = { status: 204, error: null, askedMs: 0 }
const DOWN: Answer = { status: 503, error: 'answered 503', askedMs: 0 }
const UNANSWERED: Answer = { status: null, error: 'no answer', askedMs: 0 }

const REGISTER = `
  insert into webhook_endpoint (id, url, events, secret, status, created_at_ms, changed_at_ms,
    changed_by, change_reason)
  values ('whe_1', 'https://endpoint.example/', ?1, 'none', 'active', 0, 0, 'Ann', 'simulated')`

export class Endpoint {
  readonly #world: World
  readonly #queue: SimulatedQueue
  /** By id: of what it has taken, however often. */
  readonly #taken = new Set<string>()
  /** Of each order the last epoch that D1 knows, and since when. */
  readonly #epochs = new Map<string, { epoch: number; sinceMs: number }>()

  constructor(world: World) {
    this.#world = world
    this.#log.all(REGISTER, [JSON.stringify(EVENT_TYPES)])
    this.#queue = new SimulatedQueue(
      {
        name: 'webhooks',
        part: WEBHOOKS,
        maxRetries: MAX_RETRIES,
        deadLetters: null,
        consume: (batch, caller) =>
          consumeDeliveries(
            batch,
            { SAGA_LOG_DB: databaseOf(world, 'saga-log', caller) },
            {
              post: (claim) => this.#post(claim, caller),
              random: () => world.chance.draw(DRAW.webhooks, WEBHOOKS),
            },
          ),
      },
      world,
    )
  }

  /** As the Workers know the queue. */
  readonly deliveries: Queue<DeliveryMessage> = standIn({
    sendBatch: async (messages: Iterable<{ body: DeliveryMessage }>) => {
      for (const { body } of messages) this.#queue.send(body, WEBHOOKS)
    },
  })

  /** A part of the sweep. */
  async sendDue(): Promise<void> {
    const env = {
      SAGA_LOG_DB: databaseOf(this.#world, 'saga-log', workerCall(SWEEP)),
      WEBHOOKS: this.deliveries,
    }
    await sendDue(env, this.#world.schedule.nowMs)
  }

  /** When the next delivery is due; null: all have ended. */
  get nextDueMs(): number | null {
    const [row] = this.#log.all(
      `select min(next_at_ms) as due from webhook_delivery where status = 'pending'`,
    )
    return typeof row?.due === 'number' ? row.due : null
  }

  /** Whenever the log's database was written. */
  noticeEpochs(): void {
    const sinceMs = this.#world.schedule.nowMs
    for (const { order_id: orderId, epoch } of this.#log.all(
      'select order_id, max(epoch) as epoch from saga_instance group by order_id',
    )) {
      const known = this.#epochs.get(String(orderId))
      if (known?.epoch !== epoch) {
        this.#epochs.set(String(orderId), { epoch: Number(epoch), sinceMs })
      }
    }
  }

  /** I12. */
  check(order: OrderState): void {
    const { orderId, epoch } = order
    const status = orderStatus(order)
    const told = (status === 'returned' ? ['confirmed', status] : [status]).map(
      (it) => `${it}_${orderId}`,
    )
    for (const id of told) {
      if (!this.#taken.has(id)) this.#world.violated(`the endpoint never heard of ${id}`)
    }
    const known = this.#epochs.get(orderId)
    for (const { event_id: id, created_at_ms: atMs } of this.#log.all(
      'select event_id, created_at_ms from webhook_delivery where order_id = ?1',
      [orderId],
    )) {
      // A journal that was lost may have told of what is not so any more.
      const isOfLost = epoch > 1 && (!known || Number(atMs) <= known.sinceMs)
      if (!told.includes(String(id)) && !isOfLost) {
        this.#world.violated(`the endpoint is told of ${String(id)}, which is ${status}`)
      }
    }
  }

  get #log(): Database {
    return this.#world.stage.databases['saga-log']
  }

  #post({ eventId }: Claim, caller: Caller): Promise<Answer> {
    const world = this.#world
    return new Promise((resolve) => {
      if (caller.isDead || dies(world, caller, 'before')) return
      if (world.faults.strikes('endpoint-down', WEBHOOKS)) return resolve(DOWN)
      this.#taken.add(eventId)
      world.trace(() => `the endpoint takes ${eventId}`)
      if (dies(world, caller, 'after')) return
      if (!world.faults.strikes('endpoint-silent', WEBHOOKS)) return resolve(TAKEN)
      world.schedule.after(PATIENCE_MS, () => resolve(UNANSWERED))
    })
  }
}
