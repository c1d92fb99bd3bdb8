/** One order as production carries it out: `OrderProcess`, and with it the engine, in this world. */
import {
  type OrderId,
  type SagaId,
  isOrderId,
  sagaIdOf,
} from '../../../../durable-objects/core/ids.ts'
import type { Reply } from '../../../../durable-objects/core/messages.ts'
import { type SagaState, hasEnded } from '../../../../durable-objects/core/saga-state.ts'
import { OrderProcess } from '../../../../durable-objects/order-process.ts'
import { createSagaOf } from '../../../../durable-objects/order/status.ts'
import type { Ports } from '../../../../durable-objects/ports.ts'
import { ORDER_CREATE, definitionOf } from '../../../../durable-objects/sagas/registry.ts'
import type { Planned } from '../../schedule.ts'
import { DRAW } from '../draws.ts'
import type { Order } from '../order.ts'
import type { World } from '../world.ts'
import type { Isolate } from './isolates.ts'
import type { Sender, Transport } from './transport.ts'

export type Surroundings = {
  world: World
  transport: Transport
  /** A promise may have something to go on with. */
  busy(): void
  /** After each transition. */
  changed(saga: SagaState, running: RunningOrder): void
}

const TRACEPARENT = `00-${'1'.repeat(32)}-${'1'.repeat(16)}-00`
const OPERATOR = { by: 'operator', reason: 'parked' } as const

export class RunningOrder implements Sender {
  readonly order: Order
  readonly #around: Surroundings
  readonly #isolate: Isolate
  readonly #orderId: OrderId
  readonly #sagaId: SagaId
  readonly #process: OrderProcess
  #alarm: Planned | null = null
  #jitters = 0

  constructor(around: Surroundings, isolate: Isolate, order: Order) {
    this.order = order
    this.#around = around
    this.#isolate = isolate
    this.#orderId = orderIdOf(order.index)
    this.#sagaId = sagaIdOf(this.#orderId)
    this.#process = new OrderProcess(this.#ports(), definitionOf)
  }

  start(): void {
    const { agreed } = this.order
    const ids = { orderId: this.#orderId, sagaId: this.#sagaId }
    this.#around.transport.join(this.#orderId, this)
    this.#around.busy()
    this.#process.start(
      ORDER_CREATE,
      this.#orderId,
      { type: 'place', ...ids, order: agreed, traceparent: TRACEPARENT },
      [{ type: 'order-placed', order: agreed, bodyHash: '' }],
    )
  }

  replied(reply: Reply): void {
    this.#process.handle(this.#sagaId, { type: 'reply-received', reply })
  }

  /** As an operator does. */
  retry(step: string): void {
    this.#around.busy()
    this.#process.handle(this.#sagaId, { type: 'operator', ...OPERATOR, action: 'retry', step })
  }

  #ports(): Ports {
    const { world, transport } = this.#around
    return {
      ...transport.clock,
      journal: NO_JOURNAL,
      sendCommands: transport.send,
      sagaLog: NO_LOG,
      breakers: this.#isolate.desk,
      setAlarm: (atMs) => this.#setAlarm(atMs),
      publish: () => this.#published(),
      inBackground: (work) => void work,
      jitter: () => {
        this.#jitters += 1
        return world.chance.nth(DRAW.jitter, this.order.index, this.#jitters)
      },
    }
  }

  #published(): void {
    const { order } = this.#process
    if (!order) return
    const saga = createSagaOf(order)
    this.#around.changed(saga, this)
    if (hasEnded(saga)) this.#around.transport.leave(this.#orderId)
  }

  #setAlarm(atMs: number): void {
    const { schedule } = this.#around.world
    if (this.#alarm) schedule.cancel(this.#alarm)
    this.#alarm = schedule.at(atMs, () => {
      this.#alarm = null
      this.#around.busy()
      void this.#process.wake()
    })
  }
}

function orderIdOf(index: number): OrderId {
  const id = `ord_${index.toString(16).padStart(32, '0')}`
  if (!isOrderId(id)) throw new RangeError(id)
  return id
}

/** No object is evicted or dies in this world, so nothing is read again. */
const NO_JOURNAL: Ports['journal'] = {
  fold: () => null,
  after: () => [],
  append: () => undefined,
  shipTo: () => null,
  writeShipTo: () => undefined,
}

/** Nothing waits for it. */
const NO_LOG: Ports['sagaLog'] = { ship: async () => false, isAtRest: async () => true }
