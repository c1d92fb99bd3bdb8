/**
 * Asks after operations of which no snapshot says yet how they stand: accepted ones that are missing
 * somewhere, for as long as it takes, and those that ended and may be taken all the same, for about a minute.
 */
import { delayMs } from './send.ts'
import type { Operation, State } from './protocol.ts'
import { counting, mayBeTaken } from './protocol.ts'

export type LookAfterPorts<P, C, Own> = {
  state(): State<P, C, Own>
  /** Dispatches what it learns. */
  ask(operation: Operation<C>): Promise<void>
  pause(ms: number): Promise<void>
  random(): number
}

const ASKED_AFTER_ENDED_MAX = 8
const ASKED_MAX = 1_000

export class LookAfter<P, C, Own> {
  readonly #underWay = new Set<string>()
  /** Asked after again when they were sent again, or are accepted after all; or after the next load. */
  readonly #givenUp = new Set<string>()
  readonly #ports: LookAfterPorts<P, C, Own>

  constructor(ports: LookAfterPorts<P, C, Own>) {
    this.#ports = ports
  }

  /** Called whenever the state may have changed. */
  all(): void {
    for (const id of this.#givenUp) {
      if (this.#patience(id) !== ASKED_AFTER_ENDED_MAX) this.#givenUp.delete(id)
    }
    const state = this.#ports.state()
    const accepted = counting(state).filter((it) => it.stage === 'accepted')
    const ended = state.durable.ended.filter(mayBeTaken).map((it) => it.operation)
    for (const operation of [...accepted, ...ended]) {
      const isKnown = this.#underWay.has(operation.id) || this.#givenUp.has(operation.id)
      if (!isKnown) void this.#lookAfter(operation)
    }
  }

  async #lookAfter(operation: Operation<C>): Promise<void> {
    this.#underWay.add(operation.id)
    for (let attempt = 0; attempt < ASKED_MAX; attempt += 1) {
      const before = this.#patience(operation.id)
      if (attempt >= before) break
      await this.#ports.ask(operation).catch(() => {})
      if (attempt + 1 >= this.#patience(operation.id)) break
      await this.#ports.pause(delayMs(attempt, this.#ports.random()))
    }
    this.#underWay.delete(operation.id)
    if (this.#patience(operation.id) > 0) this.#givenUp.add(operation.id)
  }

  /** How often to ask at most; 0 once there is nothing to ask. */
  #patience(id: string): number {
    const state = this.#ports.state()
    if (counting(state).some((it) => it.id === id && it.stage === 'accepted')) return ASKED_MAX
    return state.durable.ended.some((it) => mayBeTaken(it) && it.operation.id === id)
      ? ASKED_AFTER_ENDED_MAX
      : 0
  }
}
