/**
 * The alarm of a simulated object.
 *
 * Y3. It fires at least once, and again if its handler did not end.
 * Y4. One handler runs at a time: an alarm that comes meanwhile fires when it has ended.
 */
import { DRAW } from './draws.ts'
import type { Planned } from './schedule.ts'
import type { World } from './world.ts'

const RETRY_MS = 2_000
const FAILED_MS = 5_000
const LATE_MS_MAX = 60_000
const EARLY_MS_MAX = 5_000

export class Alarm {
  readonly #world: Pick<World, 'faults' | 'chance' | 'schedule'>
  readonly #scope: number
  readonly #wake: () => Promise<boolean>
  #planned: Planned | null = null
  #running: object | null = null
  #isDue = false

  /** `wake`: the handler; true when it has failed. */
  constructor(world: World, scope: number, wake: () => Promise<boolean>) {
    this.#world = world
    this.#scope = scope
    this.#wake = wake
  }

  set(atMs: number): void {
    const { faults, chance, schedule } = this.#world
    this.cancel()
    if (faults.strikes('alarm-lost', this.#scope)) return
    let dueAtMs = atMs
    if (faults.strikes('alarm-late', this.#scope)) {
      dueAtMs += chance.between(100, LATE_MS_MAX, DRAW.alarmShift, this.#scope)
    }
    if (faults.strikes('alarm-early', this.#scope)) {
      dueAtMs -= chance.between(1, EARLY_MS_MAX, DRAW.alarmShift, this.#scope)
    }
    this.#planned = schedule.at(dueAtMs, () => {
      this.#planned = null
      void this.#fire()
    })
    if (!faults.strikes('alarm-doubled', this.#scope)) return
    schedule.at(dueAtMs, () => void this.#fire())
  }

  cancel(): void {
    if (this.#planned) this.#world.schedule.cancel(this.#planned)
    this.#planned = null
  }

  /** Its object has died. */
  interrupted(): void {
    if (!this.#running) return
    this.#running = null
    this.#isDue = false
    this.set(this.#world.schedule.nowMs + RETRY_MS)
  }

  async #fire(): Promise<void> {
    if (this.#running) {
      this.#isDue = true
      return
    }
    const mine = {}
    this.#running = mine
    const hasFailed = await this.#wake()
    if (this.#running !== mine) return
    this.#running = null
    if (hasFailed) this.set(this.#world.schedule.nowMs + FAILED_MS)
    if (!this.#isDue) return
    this.#isDue = false
    void this.#fire()
  }
}
