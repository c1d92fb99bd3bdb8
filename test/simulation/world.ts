/**
 * One run's world: virtual time, chance, what goes wrong, and everything that an order meets. It
 * watches: what must hold at every instant is checked whenever something was committed (invariants.ts).
 */
import type { SagaDefinition } from '../../durable-objects/core/definition.ts'
import type { DefinitionRef } from '../../durable-objects/core/messages.ts'
import type { PlacedOrder } from '../../durable-objects/order-rpc.ts'
import { isSettled } from '../../durable-objects/order/state.ts'
import { createSagaOf, orderStatus } from '../../durable-objects/order/status.ts'
import { definitionOf } from '../../durable-objects/sagas/registry.ts'
import type { OrderStatus } from '../../worker/api/contract.ts'
import type { Domain } from '../../worker/domains/reads.ts'
import { SimulatedBreakers } from './breakers.ts'
import { Chance } from './chance.ts'
import type { Endpoint } from './endpoint.ts'
import { Faults, type Weather } from './faults.ts'
import { OlderCode } from './older-code.ts'
import { Operator, canBeRestored } from './operator.ts'
import { OrderObject } from './order-object.ts'
import type { DatabaseName } from './parts.ts'
import { Ledger } from './provider.ts'
import { Schedule, drained } from './schedule.ts'
import type { Stage } from './stage.ts'
import { indexOf } from './story.ts'
import { SWEEP_EVERY_MS, sweepOnce } from './upkeep.ts'
import { type DomainWorker, type Queues, bindingsOf, domainsOf, queuesOf } from './workers.ts'

const START_MS = Date.UTC(2026, 10, 23)
/** Until then a request to restore may still be on its way, and would come for another loss. */
const LOSSES_APART_MS = 60_000
/**
 * So long after everything is well an order may still move: a clock that jumps back by ten
 * minutes, an alarm that is lost, a page that looks every five minutes.
 */
const HEALING_MS_MAX = 1_200_000
/** More would be a run that never ends. */
const STEPS_MAX = 100_000

/** From each status of an order to those that may follow it. */
const NEXT_STATUS: Record<OrderStatus, readonly OrderStatus[]> = {
  pending: ['confirmed', 'failed', 'cancelled'],
  confirmed: ['returned'],
  failed: [],
  cancelled: [],
  returned: [],
}

export type WorldOptions = {
  seed: number
  weather: Weather
  stage: Stage
  /** Whether to list every point at which a fault could have struck. */
  listPoints?: boolean
  /** What is written when somebody wants to read along. */
  tell?: ((line: string) => void) | undefined
}

export class World {
  readonly chance: Chance
  readonly faults: Faults
  readonly schedule = new Schedule(START_MS)
  readonly stage: Stage
  readonly ledger = new Ledger()
  readonly deadlineMs = 3_000
  readonly queues: Queues
  readonly domains: Record<Domain, DomainWorker>
  readonly breakers: SimulatedBreakers
  readonly operator: Operator
  readonly olderCode = new OlderCode(this)
  /** Of webhooks, in some runs. */
  endpoint: Endpoint | null = null
  /** The queues as an operator's request sees them. */
  readonly bindings: Record<string, object>
  readonly objects = new Map<string, OrderObject>()
  /** What a shopper does when their order is back. */
  readonly afterRestore = new Map<OrderObject, () => void>()
  /** Their shoppers were told that they are called off. */
  readonly calledOff = new Set<OrderObject>()
  /** The number of the last address that each was told to have. */
  readonly movedTo = new Map<OrderObject, number>()
  readonly violations: string[] = []
  /** Until when each database is down, by its part. */
  readonly downUntilMs: number[] = []
  /** From then on nothing is wrong any more, but for messages that are still under way. */
  healthyFromMs = START_MS
  /** When each order last began to move, and when it last came to rest. */
  readonly movedFromMs = new Map<string, number>()
  readonly settledAtMs = new Map<string, number>()
  readonly #tell: ((line: string) => void) | undefined
  readonly #statuses = new Map<string, OrderStatus>()
  #nonces = 0
  #isSweeping = false
  /** Each may have been told by an object what that is about to lose. */
  prunesUnderWay = 0
  steps = 0

  constructor({ seed, weather, stage, listPoints = false, tell }: WorldOptions) {
    this.chance = new Chance(seed)
    this.faults = new Faults(this.chance, weather, listPoints)
    this.stage = stage
    this.#tell = tell
    this.queues = queuesOf(this)
    this.domains = domainsOf(this)
    this.bindings = bindingsOf(this)
    this.breakers = new SimulatedBreakers(this)
    this.operator = new Operator(this)
  }

  /** Something is wrong until then. */
  readonly unwellUntil = (atMs: number): number => {
    this.healthyFromMs = Math.max(this.healthyFromMs, atMs)
    return atMs
  }

  newNonce = (): string => {
    this.#nonces += 1
    return `nonce-${this.#nonces}`
  }

  readonly definitionOf = (ref: DefinitionRef): SagaDefinition<PlacedOrder> | undefined =>
    this.olderCode.knows(ref) ? definitionOf(ref) : undefined

  /** Every object restarts; false if none was running. */
  deploy(): boolean {
    const running = [...this.objects.values()].filter(({ isRunning }) => isRunning)
    for (const object of running) object.restart('of a deployment')
    return running.length > 0
  }

  /** `what` is made only where somebody reads along. */
  trace(what: () => string): void {
    this.#tell?.(`${((this.schedule.nowMs - START_MS) / 1_000).toFixed(3).padStart(10)}  ${what()}`)
  }

  objectOf(orderId: string): OrderObject {
    const found = this.objects.get(orderId)
    if (found) return found
    const made = new OrderObject(indexOf(orderId), this)
    this.objects.set(orderId, made)
    return made
  }

  violated(law: string): void {
    this.trace(() => `VIOLATION ${law}`)
    this.violations.push(law)
  }

  databaseChanged(name: DatabaseName): void {
    const changed = this.stage.databases[name].takeChanged()
    if (changed.size === 0) return
    // A message that comes a day late may open a gap, and cron never rests.
    if (name === 'saga-log') {
      this.endpoint?.noticeEpochs()
      return this.#keepSweeping()
    }
    // I8.
    for (const broken of this.stage.brokenLaws(name, changed)) this.violated(broken)
  }

  orderChanged(object: OrderObject, from: number): void {
    const { order, orderId } = object
    if (!order) return
    const rows = object.rows.slice(from)
    for (const row of rows) {
      this.trace(() => `${object.name} v${row.seq} ${row.events.map(shown).join(', ')}`)
    }
    // I9.
    const status = orderStatus(order)
    const before = this.#statuses.get(orderId) ?? (from === 0 ? status : 'pending')
    if (status !== before && !NEXT_STATUS[before].includes(status)) {
      this.violated(`${object.name} goes from ${before} to ${status}`)
    }
    // I11. A restoration writes all that was kept at once.
    const isNew = rows.length === 1 && before !== 'pending'
    if (isNew && rows[0]?.events.some(({ type }) => type === 'address-changed')) {
      this.violated(`${object.name} is ${before}, and its address is changed`)
    }
    this.#statuses.set(orderId, status)
    this.orderSeen(object)
    this.#keepSweeping()
  }

  /** As the code of the moment reads it. */
  orderSeen(object: OrderObject): void {
    const { order, orderId } = object
    if (order) this.#clock(orderId, isSettled(order))
    this.operator.notice(object)
  }

  /** An operator gets it back from D1; until then nobody is served. False: nobody could. */
  storageLost(object: OrderObject): boolean {
    const restoredMs = this.schedule.nowMs - object.restoredAtMs
    if (restoredMs < LOSSES_APART_MS || this.prunesUnderWay > 0) return false
    if (!canBeRestored(object, this.stage.databases['saga-log'])) return false
    object.loseStorage()
    this.calledOff.delete(object)
    this.movedTo.delete(object)
    this.#statuses.delete(object.orderId)
    this.settledAtMs.delete(object.orderId)
    this.operator.restore(object, () => {
      object.isLost = false
      object.restoredAtMs = this.schedule.nowMs
      this.afterRestore.get(object)?.()
    })
    return true
  }

  #clock(orderId: string, hasSettled: boolean): void {
    const wasMoving = this.movedFromMs.has(orderId) && !this.settledAtMs.has(orderId)
    if (hasSettled && wasMoving) this.settledAtMs.set(orderId, this.schedule.nowMs)
    if (hasSettled || wasMoving) return
    this.movedFromMs.set(orderId, this.schedule.nowMs)
    this.settledAtMs.delete(orderId)
  }

  /** Everything that happens, to the end (I5). */
  async run(): Promise<void> {
    while (this.schedule.step()) {
      this.steps += 1
      if (this.steps > STEPS_MAX) return this.violated(`nothing ends within ${STEPS_MAX} steps`)
      if (this.isHopeless && !this.isSettled) this.violated(this.#stuck())
      if (this.violations.length > 0) return
      await drained()
    }
  }

  /** All has been well for so long that what still moves never ends. */
  get isHopeless(): boolean {
    return this.schedule.nowMs > this.healthyFromMs + HEALING_MS_MAX
  }

  #stuck(): string {
    const stuck = [...this.objects.values()].filter(
      ({ order, isLost }) => isLost || (order && !isSettled(order)),
    )
    const minutes = HEALING_MS_MAX / 60_000
    return `${stuck.map(({ name }) => name).join(', ')} not settled ${minutes} min after all was well`
  }

  get isSettled(): boolean {
    return [...this.objects.values()].every(
      ({ order, isLost }) => !isLost && (order === null || isSettled(order)),
    )
  }

  /** As cron does, as long as there is anything to find. */
  #keepSweeping(): void {
    if (this.#isSweeping) return
    this.#isSweeping = true
    this.schedule.after(SWEEP_EVERY_MS, () => {
      this.#isSweeping = false
      void sweepOnce(this)
      if (!this.isHopeless && !(this.isAtRest && !this.owesMoney)) this.#keepSweeping()
    })
  }

  /** The provider has money of an order that was compensated, or is about to have it. */
  get owesMoney(): boolean {
    return this.ledger.captures.some(({ key, amount, refunded }) => {
      const order = this.objects.get(key.split('/', 1)[0] ?? '')?.order
      return refunded < amount.amount && !!order && createSagaOf(order).phase === 'compensated'
    })
  }

  /** Nothing moves, and D1 knows it. */
  get isAtRest(): boolean {
    if (!this.isSettled) return false
    const held = this.#rowsInD1()
    const pruned = this.prunedInD1()
    return [...this.objects.values()].every(
      ({ orderId, order, rows }) =>
        rows.length === (held.get(`${orderId} ${order?.epoch}`) ?? 0) || pruned.has(orderId),
    )
  }

  /** Orders of which D1 says that it keeps no transitions. */
  prunedInD1(): Set<string> {
    const rows = this.stage.databases['saga-log'].all(
      'select distinct order_id from saga_instance where pruned = 1',
    )
    return new Set(rows.map(({ order_id }) => String(order_id)))
  }

  /** By order and epoch: as many rows of a lost journal are not the journal. */
  #rowsInD1(): Map<string, number> {
    return new Map(
      this.stage.databases['saga-log']
        .all(
          `select order_id || ' ' || epoch as journal, count(*) as held
           from saga_event group by order_id, epoch`,
        )
        .map(({ journal, held }) => [String(journal), Number(held)]),
    )
  }
}

const shown = (event: { type: string; step?: string; direction?: string }): string =>
  [event.type, event.step, event.direction === 'compensation' ? '(compensation)' : '']
    .filter(Boolean)
    .join(' ')
