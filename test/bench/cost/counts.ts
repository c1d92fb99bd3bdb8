/**
 * What is counted in a Worker and the objects that it defines. Plain numbers under plain names, so
 * that counts are added and subtracted without knowing what they count.
 */

/** To orders' objects, and to all others. */
export type RequestsCount = 'object requests' | 'breaker requests'

/** A binding's own counts carry its name; of a queue's deliveries, the queue's. */
export type CountName =
  | 'requests'
  | 'queue batches'
  | RequestsCount
  | 'object rows read'
  | 'object rows written'
  | 'object busy ms'
  | `${string}: rows read`
  | `${string}: rows written`
  | `${string}: messages sent`
  | `${string}: messages delivered`

export type Counts = Record<string, number>

export class Tally {
  readonly #counts: Counts = {}

  add(name: CountName, count = 1): void {
    this.#counts[name] = (this.#counts[name] ?? 0) + count
  }

  counts(): Counts {
    return { ...this.#counts }
  }
}

/** What was counted between two readings. */
export function difference(before: Counts, after: Counts): Counts {
  return Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]),
  )
}
