/**
 * A domain as a server: so many requests at a time, the others wait in the order in which they came.
 * Who has stopped waiting for one is not known to it, so what was asked in vain is done all the same.
 */
import type { Schedule } from '../schedule.ts'

type Request = { serviceMs: number; done: () => void }

export class Server {
  readonly #schedule: Schedule
  readonly #capacity: number
  #share = 1
  #factor = 1
  #stalledUntilMs = 0
  #busy = 0
  #waiting: Request[] = []
  #next = 0

  constructor(schedule: Schedule, capacity: number) {
    this.#schedule = schedule
    this.#capacity = capacity
  }

  ask(serviceMs: number, done: () => void): void {
    this.#waiting.push({ serviceMs, done })
    this.#start()
  }

  /** Nothing begins or ends meanwhile. */
  stall(untilMs: number): void {
    this.#stalledUntilMs = untilMs
    this.#schedule.at(untilMs, () => this.#start())
  }

  slowDown(factor: number): void {
    this.#factor = factor
  }

  /** `share`: of its capacity, that is left. */
  keep(share: number): void {
    this.#share = share
    this.#start()
  }

  get #isStalled(): boolean {
    return this.#schedule.nowMs < this.#stalledUntilMs
  }

  #start(): void {
    while (!this.#isStalled && this.#busy < this.#capacity * this.#share) {
      const request = this.#waiting[this.#next]
      if (!request) break
      this.#next += 1
      this.#busy += 1
      this.#schedule.after(request.serviceMs * this.#factor, () => this.#end(request))
    }
    this.#forgetStarted()
  }

  #end(request: Request): void {
    if (this.#isStalled) {
      this.#schedule.at(this.#stalledUntilMs, () => this.#end(request))
      return
    }
    this.#busy -= 1
    request.done()
    this.#start()
  }

  #forgetStarted(): void {
    const STARTED_MAX = 10_000
    if (this.#next < STARTED_MAX && this.#next < this.#waiting.length) return
    this.#waiting = this.#waiting.slice(this.#next)
    this.#next = 0
  }
}
