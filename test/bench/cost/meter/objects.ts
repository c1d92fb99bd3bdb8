/**
 * Requests to objects, and the time that they are awake for: from the first of the calls that
 * overlap to the end of the last, with all that it left in the background.
 */
import type { RequestsCount, Tally } from '../counts.ts'

/** What the platform calls without billing it as a request of its own. */
const REQUESTS: Record<string, number> = { webSocketMessage: 1 / 20, webSocketClose: 0 }

type Busy = { open: number; sinceMs: number }
type Method = (...args: unknown[]) => unknown
type Called = { ctx: DurableObjectState }

export class ObjectMeter {
  readonly #tally: Tally
  readonly #busy = new Map<string, Busy>()
  readonly #alarmed = new Set<string>()

  constructor(tally: Tally) {
    this.#tally = tally
  }

  /** How many objects are busy now or have an alarm to come. */
  get restless(): number {
    return new Set([...this.#busy.keys(), ...this.#alarmed]).size
  }

  /** Before the object's own constructor. */
  beforeObject(ctx: DurableObjectState): void {
    const id = ctx.id.toString()
    const waitUntil = ctx.waitUntil.bind(ctx)
    ctx.waitUntil = (work: Promise<unknown>) => {
      const end = this.#begin(id)
      waitUntil(work.finally(end))
    }
    const setAlarm = ctx.storage.setAlarm.bind(ctx.storage)
    ctx.storage.setAlarm = (atMs, options) => {
      this.#alarmed.add(id)
      return setAlarm(atMs, options)
    }
  }

  /** `metered` extends the class of production, whose methods are what can be called. */
  countCalls(metered: object, as: RequestsCount): void {
    const production: unknown = Object.getPrototypeOf(metered)
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(production))) {
      if (name !== 'constructor' && isMethod(value)) this.#countCall(metered, name, value, as)
    }
  }

  #countCall(metered: object, name: string, method: Method, as: RequestsCount): void {
    const called = (object: Called, args: unknown[]) => {
      this.#tally.add(as, REQUESTS[name] ?? 1)
      return this.#call(object, name, method, args)
    }
    Object.defineProperty(metered, name, {
      value: function (this: Called, ...args: unknown[]) {
        return called(this, args)
      },
    })
  }

  async #call(object: Called, name: string, method: Method, args: unknown[]): Promise<unknown> {
    const id = object.ctx.id.toString()
    if (name === 'alarm') this.#alarmed.delete(id)
    const end = this.#begin(id)
    try {
      return await Reflect.apply(method, object, args)
    } finally {
      end()
    }
  }

  #begin(id: string): () => void {
    const busy = this.#busy.get(id) ?? { open: 0, sinceMs: Date.now() }
    busy.open += 1
    this.#busy.set(id, busy)
    return () => {
      busy.open -= 1
      if (busy.open > 0) return
      this.#busy.delete(id)
      this.#tally.add('object busy ms', Date.now() - busy.sinceMs)
    }
  }
}

const isMethod = (value: unknown): value is Method => typeof value === 'function'
