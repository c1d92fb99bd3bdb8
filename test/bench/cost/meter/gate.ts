/**
 * Keeps commands that come by call outside of their domain for a while, and then lets them in in the
 * order in which they came.
 */
const LOOK_EVERY_MS = 2
const HELD_MS_MAX = 5_000

export class Gate {
  #isShut = false
  #came = 0
  #nextIn = 0

  shut(isShut: boolean): void {
    this.#isShut = isShut
  }

  /** A timer of the caller's own: a promise may not be kept for another request. */
  async passed(): Promise<void> {
    const place = this.#came
    this.#came += 1
    const endMs = Date.now() + HELD_MS_MAX
    while (this.#isShut || place !== this.#nextIn) {
      if (Date.now() >= endMs) throw new Error(`held for more than ${HELD_MS_MAX} ms`)
      await scheduler.wait(LOOK_EVERY_MS)
    }
    this.#nextIn += 1
  }
}
