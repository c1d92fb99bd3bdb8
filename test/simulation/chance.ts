/**
 * Chance that hangs on what it is asked for, not on when: the n-th draw of a kind for a scope is
 * the same whatever else was drawn. So a run can be repeated with fewer orders or faults, and what
 * is left stays as it was.
 */
const SCOPES_MAX = 64

export class Chance {
  readonly #seed: number
  readonly #drawn = new Map<number, number>()

  constructor(seed: number) {
    this.#seed = seed
  }

  /** How often `kind` was drawn for `scope` before, counting this one. */
  count(kind: number, scope: number): number {
    const key = kind * SCOPES_MAX + scope
    const n = (this.#drawn.get(key) ?? 0) + 1
    this.#drawn.set(key, n)
    return n
  }

  /** From 0 to below 1. */
  draw(kind: number, scope: number): number {
    return this.nth(kind, scope, this.count(kind, scope))
  }

  nth(kind: number, scope: number, n: number): number {
    return mixed(mixed(mixed(this.#seed, kind), scope), n) / 4_294_967_296
  }

  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number, kind: number, scope: number): number {
    return min + Math.floor(this.draw(kind, scope) * (max - min + 1))
  }

  /** The same, but small ones are as likely as large ones: each power of ten gets its share. */
  logBetween(min: number, max: number, kind: number, scope: number): number {
    return Math.floor(min * (max / min) ** this.draw(kind, scope))
  }

  pick<Item>(items: readonly [Item, ...Item[]], kind: number, scope: number): Item {
    return items[Math.floor(this.draw(kind, scope) * items.length)] ?? items[0]
  }
}

/** Two numbers of 32 bits to one, well spread (the finaliser of MurmurHash3). */
function mixed(a: number, b: number): number {
  let hash = Math.imul(a ^ Math.imul(b + 0x9e3779b9, 0x85ebca6b), 0xcc9e2d51)
  hash ^= hash >>> 16
  hash = Math.imul(hash, 0x85ebca6b)
  hash ^= hash >>> 13
  hash = Math.imul(hash, 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
