/**
 * The Durable Object of one order, simulated: production's process, requests, shipper and queues
 * on a storage that survives its death.
 *
 * Y1. What one input writes is committed together, and what it sends leaves after the commit.
 * Y2. A dead instance does nothing any more; what it waited for never comes.
 */
import { commandCalls } from '../../durable-objects/command-calls.ts'
import { commandQueues } from '../../durable-objects/command-queues.ts'
import type { Clock } from '../../durable-objects/clock.ts'
import type { OrderId } from '../../durable-objects/core/ids.ts'
import type { CommandCalls } from '../../durable-objects/core/messages.ts'
import { OrderProcess } from '../../durable-objects/order-process.ts'
import { OrderRequests } from '../../durable-objects/order-requests.ts'
import {
  type OrderState,
  type OrderTransition,
  evolveOrder,
} from '../../durable-objects/order/state.ts'
import type { Ports } from '../../durable-objects/ports.ts'
import { SagaLogShipper } from '../../durable-objects/saga-log/shipper.ts'
import type { ShipTo } from '../../worker/api/contract.ts'
import type { Domain } from '../../worker/domains/reads.ts'
import { commandQueuesOf, servicesOf } from '../support/each-domain.ts'
import { Alarm } from './alarm.ts'
import type { Caller } from './caller.ts'
import { callDomain, databaseOf } from './calls.ts'
import { DRAW } from './draws.ts'
import { scopeOfOrder } from './parts.ts'
import type { SimulatedQueue } from './queue.ts'
import { standIn } from './stand-in.ts'
import { orderIdOf } from './story.ts'
import type { World } from './world.ts'

const SKEW_MS_MAX = 300_000

/** What lives in memory, until it dies. */
export type Instance = Caller & {
  readonly process: OrderProcess
  readonly requests: OrderRequests
  readonly skewMs: number
}

export class Died extends Error {}

/** What an input has asked for, and what waits for its commit (Y1). */
type Turn = { leaves: (() => void)[]; alarmAtMs: number | null }

export class OrderObject {
  readonly orderId: OrderId
  readonly scope: number
  readonly name: string
  readonly #world: World
  /** What survives. */
  rows: OrderTransition[] = []
  shipTo: ShipTo | null = null
  /** Its storage is gone, and not restored yet. */
  isLost = false
  restoredAtMs = -Infinity
  readonly #alarm: Alarm
  #instance: Instance | null = null
  #turn: Turn | null = null

  constructor(index: number, world: World) {
    this.orderId = orderIdOf(index)
    this.scope = scopeOfOrder(index)
    this.name = `order ${index}`
    this.#world = world
    this.#alarm = new Alarm(world, this.scope, () => this.#wake())
  }

  get instance(): Instance {
    this.#instance ??= this.#start()
    return this.#instance
  }

  get isRunning(): boolean {
    return this.#instance !== null
  }

  /** To look at it starts nothing: the next deployment would find it running. */
  get order(): OrderState | null {
    return this.#instance ? this.#instance.process.order : this.#journal().fold()
  }

  /** One input, from start to commit (Y1). Throws when the object dies of it. */
  turn<Result>(run: (instance: Instance) => Result): Result {
    const { instance, rows } = this
    const { faults } = this.#world
    const before = { count: rows.length, shipTo: this.shipTo }
    const turn: Turn = { leaves: [], alarmAtMs: null }
    this.#turn = turn
    let result: Result
    try {
      result = run(instance)
    } finally {
      this.#turn = null
    }
    const hasCommitted = rows.length > before.count
    if (hasCommitted && faults.strikes('object-dies-before-commit', this.scope)) {
      rows.length = before.count
      this.shipTo = before.shipTo
      throw this.#died('before its commit')
    }
    if (turn.alarmAtMs !== null) this.#alarm.set(turn.alarmAtMs - instance.skewMs)
    if (hasCommitted) this.#world.orderChanged(this, before.count)
    this.#send(turn, hasCommitted)
    return result
  }

  #send({ leaves }: Turn, hasCommitted: boolean): void {
    const { faults, chance } = this.#world
    let leaving = leaves.length
    if (hasCommitted && faults.strikes('object-dies-after-commit', this.scope)) leaving = 0
    else if (leaving > 1 && faults.strikes('object-dies-while-sending', this.scope)) {
      leaving = chance.between(1, leaving - 1, DRAW.sendsBeforeDeath, this.scope)
    } else {
      for (const leave of leaves) leave()
      return
    }
    for (const leave of leaves.slice(0, leaving)) leave()
    throw this.#died(`after its commit, with ${leaving} of ${leaves.length} messages sent`)
  }

  /** What the object's `alarm` handler does; true: it failed, and is to be called again. */
  async #wake(): Promise<boolean> {
    this.#world.trace(() => `${this.name} alarm`)
    try {
      await this.turn(({ process }) => process.wake())
      return false
    } catch (error) {
      return !(error instanceof Died)
    }
  }

  /** The instance is gone; a deployment ends it, too. */
  restart(why: string): void {
    if (!this.#instance) return
    this.#world.trace(() => `${this.name} dies ${why}`)
    this.#instance.isDead = true
    this.#instance = null
    this.#alarm.interrupted()
  }

  loseStorage(): void {
    this.restart('and loses all that it stored')
    this.rows = []
    this.shipTo = null
    this.isLost = true
    this.#alarm.cancel()
  }

  #died(when: string): Died {
    this.restart(when)
    return new Died(`${this.name} died ${when}`)
  }

  #start(): Instance {
    const { faults, chance, schedule } = this.#world
    const { scope } = this
    const skewMs = faults.strikes('clock-skewed', scope)
      ? chance.between(-SKEW_MS_MAX, SKEW_MS_MAX, DRAW.skew, scope)
      : 0
    const caller: Caller = {
      isDead: false,
      scope,
      endings: { before: 'object-dies-waiting', after: 'object-dies-waiting' },
      die: () => {
        if (!caller.isDead) this.restart('while it waits for an answer')
      },
    }
    const ports = this.#portsOf(caller, () => schedule.nowMs + skewMs)
    const process = new OrderProcess(ports, this.#world.definitionOf)
    const requests = new OrderRequests(process, ports.journal, this.#world.deadlineMs)
    return Object.assign(caller, { process, requests, skewMs })
  }

  #portsOf(caller: Caller, nowMs: () => number): Ports {
    const world = this.#world
    const { queues } = world
    const journal = this.#journal()
    const clock: Clock = {
      nowMs,
      after: (durationMs, callback) => {
        const planned = world.schedule.after(durationMs, () => {
          if (!caller.isDead) callback()
        })
        return () => world.schedule.cancel(planned)
      },
    }
    const queue = <Body>(to: SimulatedQueue) => this.#sender<Body>(to, caller)
    const sendCommands = commandCalls(
      servicesOf((domain) => this.#domain(domain, caller)),
      commandQueues(commandQueuesOf((domain) => queue(queues[domain]))),
      clock,
    )
    return {
      ...clock,
      journal,
      sendCommands: (orderId, commands, answered) =>
        sendCommands(orderId, commands, (replies) => this.#goOn(caller, () => answered(replies))),
      sagaLog: new SagaLogShipper(
        {
          SAGA_LOG: queue(queues['saga-log']),
          SAGA_LOG_DB: databaseOf(world, 'saga-log', caller),
        },
        journal,
      ),
      breakers: world.breakers.deskOf(caller, nowMs),
      setAlarm: (atMs) => {
        if (caller.isDead) return
        if (this.#turn) this.#turn.alarmAtMs = atMs
        else this.#alarm.set(atMs - (nowMs() - world.schedule.nowMs))
      },
      publish: () => undefined,
      inBackground: (work) => void work,
      jitter: () => world.chance.draw(DRAW.jitter, this.scope),
    }
  }

  #journal() {
    return {
      fold: () =>
        this.rows.reduce<OrderState | null>(
          (order, row) => evolveOrder(order, this.orderId, this.#world.olderCode.asRead(row)),
          null,
        ),
      after: (seq: number) => this.rows.slice(seq),
      lastSeq: () => this.rows.length,
      append: (row: OrderTransition) => {
        if (row.seq !== this.rows.length + 1) throw new Error(`seq ${row.seq} does not follow`)
        this.rows.push(row)
      },
      shipTo: () => this.shipTo,
      writeShipTo: (shipTo: ShipTo) => {
        this.shipTo = shipTo
      },
    }
  }

  /** An answer has come to a call: an input like any other. */
  #goOn(caller: Caller, run: () => void): void {
    if (caller.isDead) return
    try {
      this.turn(run)
    } catch (error) {
      if (!(error instanceof Died)) throw error
    }
  }

  /** A domain as the object sees it: a call in a turn leaves when the turn is committed. */
  #domain(domain: Domain, caller: Caller): CommandCalls {
    return {
      execute: (command) =>
        new Promise((resolve, reject) => {
          this.#leave(caller, () => {
            callDomain(this.#world, domain, caller, command).then(resolve, reject)
          })
        }),
    }
  }

  #leave(caller: Caller, leave: () => void): void {
    if (caller.isDead) return
    if (this.#turn) this.#turn.leaves.push(leave)
    else leave()
  }

  /** A queue as the object sees it: what it sends in a turn leaves when the turn is committed. */
  #sender<Body>(to: SimulatedQueue, caller: Caller): Queue<Body> {
    const send = (bodies: readonly unknown[]): Promise<void> =>
      new Promise((resolve, reject) => {
        this.#leave(caller, () => {
          try {
            for (const body of bodies) to.send(body, this.scope)
            if (!this.#world.faults.strikes('send-silent', this.scope)) resolve()
          } catch (error) {
            reject(error)
          }
        })
      })
    const queue: Pick<Queue<Body>, 'send' | 'sendBatch'> = {
      send: (body) => send([body]).then(sent),
      sendBatch: (messages) => send([...messages].map(({ body }) => body)).then(sent),
    }
    return standIn(queue)
  }
}

const sent = () => ({ metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } })
