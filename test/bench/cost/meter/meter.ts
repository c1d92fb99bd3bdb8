/**
 * The meter of one Worker. Bindings are counted where they lie: their methods are shadowed by ones that
 * count and then do the same, so that production code runs as it is, whoever calls them.
 */
import { type RequestsCount, type Counts, Tally } from '../counts.ts'
import { meterDatabase } from './databases.ts'
import { Gate } from './gate.ts'
import { ObjectMeter } from './objects.ts'
import { countDelivery, meterQueue } from './queues.ts'
import { meterStorage } from './storage.ts'

/** Names of bindings, by wrangler.toml. */
export type Metered = { databases: string[]; queues: string[] }

type Env = Record<string, unknown>
export type Reading = { counts: Counts; restless: number }

export class Meter {
  readonly #metered: Metered
  readonly #tally = new Tally()
  readonly gate = new Gate()
  readonly #objects = new ObjectMeter(this.#tally)
  readonly #seen = new WeakSet<object>()

  constructor(metered: Metered) {
    this.#metered = metered
  }

  read(): Reading {
    return { counts: this.#tally.counts(), restless: this.#objects.restless }
  }

  /** Safe to repeat: a binding is shadowed once. */
  bindings(env: Env): void {
    const { databases, queues } = this.#metered
    for (const name of databases) {
      const database = this.#unseen(env, name)
      if (database) meterDatabase(database, name, this.#tally)
    }
    for (const name of queues) {
      const queue = this.#unseen(env, name)
      if (queue) meterQueue(queue, name, this.#tally)
    }
  }

  /** First thing in the constructor of an object. */
  beforeObject(ctx: DurableObjectState, env: Env): void {
    this.bindings(env)
    meterStorage(ctx.storage, this.#tally)
    this.#objects.beforeObject(ctx)
  }

  countCalls(metered: object, as: RequestsCount): void {
    this.#objects.countCalls(metered, as)
  }

  handlers({ fetch, queue }: ExportedHandler<Env>): ExportedHandler<Env> {
    return {
      ...(fetch && {
        fetch: (request, env, ctx) => {
          this.bindings(env)
          this.#tally.add('requests')
          return fetch(request, env, ctx)
        },
      }),
      ...(queue && {
        queue: (batch, env, ctx) => {
          this.bindings(env)
          countDelivery(batch, this.#tally)
          return queue(batch, env, ctx)
        },
      }),
    }
  }

  #unseen(env: Env, name: string): object | null {
    const binding = env[name]
    if (typeof binding !== 'object' || binding === null) throw new Error(`${name} is not bound`)
    if (this.#seen.has(binding)) return null
    this.#seen.add(binding)
    return binding
  }
}
