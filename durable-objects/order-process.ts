/**
 * One order's process: inputs in, transitions out. It owns the order's state.
 *
 * P1. Between reading the state and committing there is no await: inputs cannot interleave.
 * P2. Commands leave after the commit that records them. If they do not, the step's timer sends
 *     them again: a started step without a reply is the outbox.
 * P3. As long as time can change something, or D1 lacks something, an alarm is set. It may fire
 *     early, late or twice. What D1 lacks is looked at ever more seldom, going by the journal: an object does
 *     not remember how often it looked, since it sleeps in between.
 * P4. A failure of the state's surroundings (a queue, D1) never loses a transition.
 * P5. A restoration is one commit: the transitions that were kept, and the one that says so.
 * P6. An alarm that did not come is made up for by whoever looks at the order.
 * P7. A saga that this code cannot read is looked at again, until there is code that can. Until then D1
 *     hears nothing of the order: it would keep the past for the present, since the version is the same.
 * P8. Whoever wakes the order waits a moment for the log, and no longer: while an alarm's handler waits,
 *     no other alarm fires, and no timer would do its work.
 */
import type { ServerMessage } from '../worker/api/contract.ts'
import { within } from './clock.ts'
import { decide, decideAll } from './core/decide.ts'
import type { SagaDefinition } from './core/definition.ts'
import type { Operator } from './core/events.ts'
import { type OrderId, type SagaId, sagaIdOf } from './core/ids.ts'
import type { DecisionContext, LaterInput, OutgoingCommand, SagaInput } from './core/inputs.ts'
import type { Reply } from './core/messages.ts'
import { outcomesOf } from './core/outcomes.ts'
import { everLongerMs } from './core/retry-policy.ts'
import { type SagaState, hasEnded, nextDueAtMs, sagaStatus } from './core/saga-state.ts'
import { logWarning } from './log.ts'
import type { PlacedOrder } from './order-rpc.ts'
import {
  type JournalEvent,
  type OrderState,
  type OrderTransition,
  evolveOrder,
  isReadable,
  isSettled,
} from './order/state.ts'
import { orderView } from './order/view.ts'
import type { Ports } from './ports.ts'

/** How long after a transition D1 is compared with the journal. */
const LOG_CHECK_MS = 1_000
const LOG_CHECK_SHARE = 0.05
/** A queue, and D1, take some ten milliseconds. */
const LOG_WAIT_MS_MAX = 500
/** What the sweep must know of even if the alarm is lost: from here on something moves. */
const TOLD_AT_ONCE: readonly string[] = ['saga-started', 'restored']
/** How often a saga is looked at that waits for newer code. */
const NEWER_CODE_MS = 60_000
/** So long after its time an alarm is taken for lost. */
const ALARM_LATE_MS_MAX = 5_000

export type FindDefinition = (
  ref: SagaDefinition<PlacedOrder>['ref'],
) => SagaDefinition<PlacedOrder> | undefined

export class OrderProcess {
  readonly #ports: Ports
  /** What this code knows. */
  readonly definitionOf: FindDefinition
  #order: OrderState | null
  /** The alarm as far as this instance knows; null: none, or set before it woke. */
  #alarmAtMs: number | null = null
  /** The version up to which D1 was seen to have everything. */
  #atRestVersion = 0
  /** The version up to which everything was handed to the log's queue. */
  #toldVersion = 0

  constructor(ports: Ports, definitionOf: FindDefinition) {
    this.#ports = ports
    this.definitionOf = definitionOf
    this.#order = ports.journal.fold()
  }

  get order(): OrderState | null {
    return this.#order
  }

  snapshot(order: OrderState, type: ServerMessage['type'] = 'snapshot'): ServerMessage {
    const view = orderView(order, this.#ports.journal.shipTo())
    const failure = view.failure ? { failure: view.failure } : {}
    return { type, epoch: order.epoch, version: order.version, order: view, ...failure }
  }

  /** Starts a saga; `alongside` is committed in the same transition, ahead of its events. */
  start(
    definition: SagaDefinition<PlacedOrder>,
    orderId: OrderId,
    input: Extract<SagaInput<PlacedOrder>, { type: 'place' }>,
    alongside: JournalEvent[] = [],
  ): OrderState {
    const { events, commands } = decide(definition, null, input, this.#context())
    return this.#commit(orderId, input.sagaId, [...alongside, ...events], commands)
  }

  /** Makes an object that has no journal go on from what is left of it (P5). */
  restore(
    orderId: OrderId,
    transitions: readonly OrderTransition[],
    restoration: Operator & { epoch: number },
  ): OrderState {
    for (const transition of transitions) this.#ports.journal.append(transition)
    this.#order = this.#ports.journal.fold()
    return this.#commit(orderId, sagaIdOf(orderId), [{ type: 'restored', ...restoration }], [])
  }

  /** A saga that this code can go on with: it knows the definition, and every event so far. */
  sagaOf(sagaId: SagaId): SagaState | undefined {
    const saga = this.#order?.sagas.get(sagaId)
    return saga?.unreadable === null && this.definitionOf(saga.definition) ? saga : undefined
  }

  /** Gives a saga inputs, which make one transition at most. A saga that does not exist, or cannot be read, stays as it is. */
  handle(sagaId: SagaId, ...inputs: LaterInput[]): void {
    const saga = this.sagaOf(sagaId)
    const definition = saga && this.definitionOf(saga.definition)
    if (!this.#order || !saga || !definition) {
      logWarning('input-ignored', { sagaId, inputs: inputs.map(({ type }) => type) })
      return
    }
    const { events, commands } = decideAll(definition, saga, inputs, this.#context())
    if (events.length > 0) this.#commit(this.#order.orderId, sagaId, events, commands)
    for (const outcome of outcomesOf(saga, inputs, this.#ports.nowMs())) {
      this.#ports.breakers.report(outcome)
    }
  }

  /** Records something about the order that no saga decides. */
  record(order: OrderState, sagaId: SagaId, event: JournalEvent): OrderState {
    return this.#commit(order.orderId, sagaId, [event], [])
  }

  /** Wakes, and compares with D1 whatever was found there before: D1 may have lost it since. */
  async poke(): Promise<void> {
    this.#atRestVersion = 0
    await this.wake()
  }

  /** What the alarm does: it is due, or it is not; either is fine (P3). */
  async wake(): Promise<void> {
    this.#alarmAtMs = null
    for (const sagaId of this.#order?.sagas.keys() ?? []) this.handle(sagaId, { type: 'timer' })
    await this.#lookAfterLog()
    this.#setAlarm()
  }

  /** Somebody looks at the order: if it stands still though its time has come, it goes on (P6). */
  nudge(): void {
    const overdueMs = this.#ports.nowMs() - this.#dueAtMs()
    if (overdueMs <= ALARM_LATE_MS_MAX) return
    this.#ports.inBackground(this.wake().catch(this.#warn('nudge-failed')))
  }

  #warn(event: string): (cause: unknown) => void {
    return (cause) => logWarning(event, { orderId: this.#order?.orderId }, cause)
  }

  #context(): DecisionContext {
    return {
      nowMs: this.#ports.nowMs(),
      jitter: this.#ports.jitter(),
      openForMs: (domain, attempt) => this.#ports.breakers.openForMs(domain, attempt),
      replyWaitMs: (domain, timeoutMs) => this.#ports.breakers.replyWaitMs(domain, timeoutMs),
    }
  }

  #commit(
    orderId: OrderId,
    sagaId: SagaId,
    events: JournalEvent[],
    commands: OutgoingCommand[],
  ): OrderState {
    const seq = (this.#order?.version ?? 0) + 1
    const transition = { seq, sagaId, atMs: this.#ports.nowMs(), events }
    const order = evolveOrder(this.#order, orderId, transition)
    if (!order) throw new Error(`the first transition of ${orderId} places no order`)
    this.#ports.journal.append(transition)
    this.#order = order
    this.#setAlarm()
    if (commands.length > 0) {
      const sent = this.#ports.sendCommands(orderId, commands, (replies) =>
        this.handle(sagaId, ...replies.map(replyReceived)),
      )
      this.#ports.inBackground(sent.catch(this.#warn('commands-not-sent')))
    }
    // The log hears of starts and of the rest at once, of what lies between with the alarm.
    if (events.some(({ type }) => TOLD_AT_ONCE.includes(type)) || isResting(order)) {
      this.#ports.inBackground(this.#ship(order).catch(this.#warn('log-not-shipped')))
    }
    this.#ports.publish(() => this.snapshot(order, 'update'))
    return order
  }

  /** Resolves in any case (P8); what does not succeed is tried again ever more seldom (P3). */
  async #lookAfterLog(): Promise<void> {
    const done = this.#bringLogToRest().catch(this.#warn('log-not-shipped'))
    await within(LOG_WAIT_MS_MAX, () => done, this.#ports.after)
  }

  /** Ships what is new; compares with D1 only once nothing is, since a queue takes its time. */
  async #bringLogToRest(): Promise<void> {
    const order = this.#order
    if (!order || this.#atRestVersion === order.version) return
    if (await this.#ship(order)) return
    if (!isResting(order)) return
    if (await this.#ports.sagaLog.isAtRest(order)) this.#atRestVersion = order.version
    else await this.#ship(order)
  }

  async #ship(order: OrderState): Promise<boolean> {
    if (!isReadable(order)) return false
    const wasNew = await this.#ports.sagaLog.ship(order, this.#ports.nowMs())
    this.#toldVersion = Math.max(this.#toldVersion, order.version)
    return wasNew
  }

  /** One alarm for everything, moved only when it must become earlier: setting it is a write. */
  #setAlarm(): void {
    if (!this.#order) return
    const logDueAtMs = this.#ports.nowMs() + this.#logCheckMs(this.#order)
    const atMs = Math.min(logDueAtMs, this.#dueAtMs())
    if (atMs === Infinity || (this.#alarmAtMs !== null && this.#alarmAtMs <= atMs)) return
    this.#ports.setAlarm(atMs)
    this.#alarmAtMs = atMs
  }

  /** When time alone changes something next in one of the sagas; newer code is time, too (P7). */
  #dueAtMs(): number {
    const open = [...(this.#order?.sagas.values() ?? [])].filter((saga) => !hasEnded(saga))
    const newerCodeAtMs = this.#ports.nowMs() + NEWER_CODE_MS
    return Math.min(
      ...open.map(({ sagaId }) => {
        const saga = this.sagaOf(sagaId)
        return saga ? (nextDueAtMs(saga) ?? Infinity) : newerCodeAtMs
      }),
    )
  }

  /** How long until the log needs a look; while the order runs, that is when it has news. */
  #logCheckMs(order: OrderState): number {
    const known = isResting(order) ? this.#atRestVersion : this.#toldVersion
    if (known === order.version) return Infinity
    const lackingMs = Math.max(0, this.#ports.nowMs() - order.changedAtMs)
    return Math.round(everLongerMs(lackingMs, LOG_CHECK_SHARE, LOG_CHECK_MS))
  }
}

const replyReceived = (reply: Reply): LaterInput => ({ type: 'reply-received', reply })

/** Ended, or parked: for now nothing more is expected. */
const isResting = (order: OrderState): boolean =>
  isSettled(order) || [...order.sagas.values()].some((saga) => sagaStatus(saga) === 'parked')
