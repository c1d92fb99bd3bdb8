import { sagaIdOf } from '../../durable-objects/core/ids.ts'
import type { OutgoingCommand } from '../../durable-objects/core/inputs.ts'
import type { Outcome } from '../../durable-objects/core/outcomes.ts'
import {
  type OrderState,
  type OrderTransition,
  evolveOrder,
} from '../../durable-objects/order/state.ts'
import type { Ports } from '../../durable-objects/ports.ts'
import type { ShipTo } from '../../worker/api/contract.ts'
import { GOLDEN_ORDER_ID } from './golden-run.ts'

/** The surroundings of an order's object, each of which can fail. */
export class Surroundings implements Ports {
  now = 1_000_000
  readonly rows: OrderTransition[] = []
  readonly sent: OutgoingCommand[] = []
  readonly alarms: number[] = []
  shipTo: ShipTo | null = null
  shipped = 0
  queuesAreDown = false
  diskIsFull = false

  journal = {
    fold: () =>
      this.rows.reduce<OrderState | null>(
        (order, row) => evolveOrder(order, GOLDEN_ORDER_ID, row),
        null,
      ),
    after: (seq: number) => this.rows.filter((row) => row.seq > seq),
    append: (row: OrderTransition) => {
      if (this.diskIsFull) throw new Error('disk full')
      this.rows.push(row)
    },
    shipTo: () => this.shipTo,
    writeShipTo: (shipTo: ShipTo) => {
      this.shipTo = shipTo
    },
  }
  sendCommands = async (_: string, commands: readonly OutgoingCommand[]) => {
    if (this.queuesAreDown) throw new Error('queues are down')
    this.sent.push(...commands)
  }
  sagaLog = {
    ship: async (order: OrderState) => {
      if (this.queuesAreDown) throw new Error('queues are down')
      const isNew = this.shipped < order.version
      this.shipped = order.version
      return isNew
    },
    isAtRest: async (order: OrderState) => this.shipped === order.version,
  }
  readonly met: string[] = []
  openForMs = 0
  breakers = {
    openForMs: () => this.openForMs,
    replyWaitMs: (_: string, timeoutMs: number) => timeoutMs,
    report: ({ domain, isWell }: Outcome) =>
      void this.met.push(`${domain} ${isWell ? 'well' : 'failed'}`),
  }
  setAlarm = (atMs: number) => void this.alarms.push(atMs)
  publish = () => undefined
  inBackground = (work: Promise<unknown>) => void work
  nowMs = () => this.now
  /** The journal has an event that this version of the code does not know. */
  addNewerEvent(): void {
    const row = { seq: this.rows.length + 1, sagaId: sagaIdOf(GOLDEN_ORDER_ID), atMs: 1 }
    const events = [{ type: 'step-teleported', step: 'reserve-stock' }]
    this.rows.push(JSON.parse(JSON.stringify({ ...row, events })))
  }
  readonly timers: (() => void)[] = []
  after = (_durationMs: number, callback: () => void) => {
    this.timers.push(callback)
    return () => undefined
  }
  jitter = () => 0.5
}
