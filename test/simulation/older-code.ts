/** What objects run while a deployment is taken back: code that lacks a definition, or an event. */
import type { SagaEvent } from '../../durable-objects/core/events.ts'
import type { DefinitionRef } from '../../durable-objects/core/messages.ts'
import type { OrderTransition } from '../../durable-objects/order/state.ts'
import { DRAW } from './draws.ts'
import type { World } from './world.ts'

const ROLLED_BACK_MS_MAX = 300_000

type EventType = SagaEvent['type'] | 'none'

/** Each may be one that came with newer code. */
const NEWER_EVENTS: readonly [EventType, ...EventType[]] = [
  'none',
  'command-sent',
  'step-held',
  'step-succeeded',
  'step-rejected',
  'retry-scheduled',
  'step-parked',
  'compensation-started',
  'step-compensated',
  'operator-intervened',
  'saga-completed',
  'saga-compensated',
]

export class OlderCode {
  readonly #world: World
  #untilMs = 0
  #unknownEvent: EventType = 'none'

  constructor(world: World) {
    this.#world = world
  }

  get #isRunning(): boolean {
    return this.#world.schedule.nowMs < this.#untilMs
  }

  /** Objects run it until that is noticed; false if none was running. */
  deploy(): boolean {
    const { chance, schedule } = this.#world
    if (!this.#world.deploy()) return false
    const durationMs = chance.logBetween(1_000, ROLLED_BACK_MS_MAX, DRAW.outage, 0)
    this.#untilMs = this.#world.unwellUntil(schedule.nowMs + durationMs)
    this.#unknownEvent = chance.pick(NEWER_EVENTS, DRAW.olderCode, 0)
    schedule.after(durationMs, () => this.#newerIsBack())
    return true
  }

  /** What has ended is known again, and what needs an operator. */
  #newerIsBack(): void {
    this.#world.deploy()
    if (this.#isRunning) return
    for (const object of this.#world.objects.values()) this.#world.orderSeen(object)
  }

  knows({ name, version }: DefinitionRef): boolean {
    return !this.#isRunning || (name !== 'order-return' && version === 1)
  }

  /** A transition as the code of the moment reads it. */
  asRead(row: OrderTransition): OrderTransition {
    if (!this.#isRunning) return row
    const unknown = `"type":"${this.#unknownEvent}"`
    return JSON.parse(JSON.stringify(row).replaceAll(unknown, '"type":"came-later"'))
  }
}
