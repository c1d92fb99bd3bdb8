/**
 * Virtual time: what is to happen, in order. At one instant things happen in the order in which
 * they were planned, so the same plans give the same run.
 */
export type Planned = { readonly atMs: number; readonly order: number; run: (() => void) | null }

export class Schedule {
  nowMs: number
  #heap: Planned[] = []
  #planned = 0

  constructor(startMs: number) {
    this.nowMs = startMs
  }

  /** `delayMs` from now on; what it returns can be cancelled. */
  after(delayMs: number, run: () => void): Planned {
    return this.at(this.nowMs + delayMs, run)
  }

  at(atMs: number, run: () => void): Planned {
    this.#planned += 1
    const planned = { atMs: Math.max(atMs, this.nowMs), order: this.#planned, run }
    this.#heap.push(planned)
    this.#up(this.#heap.length - 1)
    return planned
  }

  cancel(planned: Planned): void {
    planned.run = null
  }

  /** Lets the next thing happen; false when there is none. */
  step(): boolean {
    for (let next = this.#pop(); next; next = this.#pop()) {
      if (next.run === null) continue
      this.nowMs = next.atMs
      next.run()
      return true
    }
    return false
  }

  #pop(): Planned | undefined {
    const top = this.#heap[0]
    const last = this.#heap.pop()
    if (top === undefined || last === undefined || top === last) return top
    this.#heap[0] = last
    this.#down(0)
    return top
  }

  #up(from: number): void {
    for (let index = from; index > 0;) {
      const parent = (index - 1) >> 1
      if (!this.#isBefore(index, parent)) return
      this.#swap(index, parent)
      index = parent
    }
  }

  #down(from: number): void {
    for (let index = from; ;) {
      const left = 2 * index + 1
      if (left >= this.#heap.length) return
      const right = left + 1
      const least = right < this.#heap.length && this.#isBefore(right, left) ? right : left
      if (!this.#isBefore(least, index)) return
      this.#swap(index, least)
      index = least
    }
  }

  #isBefore(one: number, other: number): boolean {
    const a = this.#heap[one]
    const b = this.#heap[other]
    if (!a || !b) return false
    return a.atMs === b.atMs ? a.order < b.order : a.atMs < b.atMs
  }

  #swap(one: number, other: number): void {
    const a = this.#heap[one]
    const b = this.#heap[other]
    if (!a || !b) return
    this.#heap[one] = b
    this.#heap[other] = a
  }
}

/**
 * Comes back when no promise is left that could go on by itself: Node runs `nextTick` only after
 * its queue of microtasks is empty.
 */
export const drained = (): Promise<void> =>
  new Promise((resolve) => {
    process.nextTick(resolve)
  })
